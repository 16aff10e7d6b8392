import {
  Button,
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import buttonStyles from './button.module.css';
import { classNames } from './class-names.ts';
import { Icon } from './icons.tsx';
import { messages } from './messages.ts';
import styles from './toasts.module.css';

interface Message {
  readonly tone: 'success' | 'error';
  readonly text: string;
}

const shownMs = 6_000;
const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });

/** Shows a message at the bottom of the page for 6 seconds. Screen readers announce it. */
export function notify(tone: Message['tone'], text: string): void {
  queue.add({ tone, text }, { timeout: shownMs });
}

export function Toasts() {
  return (
    <ToastRegion queue={queue} className={classNames(styles.toasts)}>
      {({ toast }) => (
        <Toast toast={toast} className={classNames(styles.toast, styles[toast.content.tone])}>
          <Icon name={toast.content.tone === 'success' ? 'check' : 'alert'} />
          <ToastContent>
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          <Button
            slot="close"
            className={classNames(buttonStyles.button, buttonStyles.quiet, buttonStyles.icon)}
            aria-label={messages.dismiss}
          >
            <Icon name="close" />
          </Button>
        </Toast>
      )}
    </ToastRegion>
  );
}
