import {
  Button,
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import { Icon } from './icons.tsx';

interface Message {
  readonly tone: 'success' | 'error';
  readonly text: string;
}

const shownMs = 6_000;
const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });

/** Says something at the lower edge for 6 s, to screen readers too. */
export function notify(tone: Message['tone'], text: string): void {
  queue.add({ tone, text }, { timeout: shownMs });
}

export function Toasts() {
  return (
    <ToastRegion queue={queue} className="toasts">
      {({ toast }) => (
        <Toast toast={toast} className={`toast toast-${toast.content.tone}`}>
          <Icon name={toast.content.tone === 'success' ? 'check' : 'alert'} />
          <ToastContent>
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          <Button slot="close" className="button button-quiet button-icon" aria-label="Dismiss">
            <Icon name="close" />
          </Button>
        </Toast>
      )}
    </ToastRegion>
  );
}
