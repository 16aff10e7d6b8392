import { Component, type ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { messages } from './messages.ts';

interface ScreenBoundaryProps {
  readonly children: ReactNode;
  /** Another value shows the children again: a different address, or a click on a navigation entry. */
  readonly resetKey?: string;
}

interface ScreenBoundaryState {
  readonly failed: boolean;
  readonly resetKey: string | undefined;
}

/** Shows an error in place of a screen that throws, so that the navigation stays. */
export class ScreenBoundary extends Component<ScreenBoundaryProps, ScreenBoundaryState> {
  override state: ScreenBoundaryState = { failed: false, resetKey: this.props.resetKey };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  static getDerivedStateFromProps({ resetKey }: ScreenBoundaryProps, state: ScreenBoundaryState) {
    return resetKey === state.resetKey ? null : { failed: false, resetKey };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Notice
        isPage
        tone="error"
        icon="alert"
        title={messages.somethingWentWrong}
        actions={<Button onPress={() => location.reload()}>{messages.reload}</Button>}
      >
        {messages.thisPageCouldntBeDisplayed}
      </Notice>
    );
  }
}
