import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { answerPendingSession } from '../../session/session.ts';

/** Asks before a portal link replaces the session of this tab. */
export function SwitchSession() {
  return (
    <main className="sign-in">
      <Notice
        isPage
        icon="key"
        title="Switch to the link you opened?"
        actions={
          <>
            <Button tone="quiet" onPress={() => answerPendingSession(false)}>
              Keep current session
            </Button>
            <Button tone="primary" onPress={() => answerPendingSession(true)}>
              Switch session
            </Button>
          </>
        }
      >
        You are signed in already in this tab. The link signs you out of that session and shows what its sender chose.
        Keep the current session if you did not expect this link.
      </Notice>
    </main>
  );
}
