import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { answerPendingSession } from '../../session/session.ts';
import { messages } from './messages.ts';
import styles from './sign-in.module.css';

/** A page that asks before a portal link replaces the session of this tab. */
export function SwitchSession() {
  return (
    <main className={styles.screen}>
      <Notice
        isPage
        icon="key"
        title={messages.switchQuestion}
        actions={
          <>
            <Button tone="quiet" onPress={() => answerPendingSession(false)}>
              {messages.keepCurrentSession}
            </Button>
            <Button tone="primary" onPress={() => answerPendingSession(true)}>
              {messages.switchSession}
            </Button>
          </>
        }
      >
        {messages.switchExplanation}
      </Notice>
    </main>
  );
}
