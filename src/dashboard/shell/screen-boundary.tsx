import { Component, type ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { messages } from './messages.ts';

interface ScreenBoundaryProps {
  readonly children: ReactNode;
  /** A change of this value renders the children again after an error, for example after a navigation. */
  readonly resetKey?: string;
}

interface ScreenBoundaryState {
  readonly failed: boolean;
  readonly resetKey: string | undefined;
}

/** Shows an error message instead of a screen that throws, while the navigation stays usable. */
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
        {messages.somethingWentWrongHint}
      </Notice>
    );
  }
}
