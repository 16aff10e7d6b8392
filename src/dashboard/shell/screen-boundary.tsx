import { Component, type ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';

/** Holds a screen that throws, so that the navigation stays. */
export class ScreenBoundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Notice
        isPage
        tone="error"
        icon="alert"
        title="This page has failed"
        actions={<Button onPress={() => location.reload()}>Load it again</Button>}
      >
        The fault is ours. Nothing that was sent or stored is affected.
      </Notice>
    );
  }
}
