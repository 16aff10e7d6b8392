import { useRef } from 'react';
import { useStore } from '../store.ts';
import { ToastList } from './overlays.ts';
import { type ToastMessage, waitingToasts } from './waiting-toasts.ts';

/** Shows a message at the bottom of the page for 6 seconds. Screen readers announce it. */
export function notify(tone: ToastMessage['tone'], text: string): void {
  waitingToasts.set([...waitingToasts.get(), { tone, text }]);
}

/** The place of the messages. Empty until the first message. */
export function Toasts() {
  const isUsed = useRef(false);
  const waiting = useStore(waitingToasts);
  isUsed.current ||= waiting.length > 0;
  return isUsed.current && <ToastList />;
}
