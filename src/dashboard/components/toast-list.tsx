import { useEffect } from 'react';
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
import { type ToastMessage, waitingToasts } from './waiting-toasts.ts';

const shownMs = 6_000;
const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 3 });

function takeMessages(): void {
  const messages = waitingToasts.get();
  if (messages.length === 0) return;
  waitingToasts.set([]);
  for (const message of messages) queue.add(message, { timeout: shownMs });
}

/** The messages at the bottom of the page. */
export default function ToastList() {
  useEffect(() => {
    takeMessages();
    return waitingToasts.subscribe(takeMessages);
  }, []);
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
