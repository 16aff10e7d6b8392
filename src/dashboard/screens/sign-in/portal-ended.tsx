import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { portalHasEnded } from '../../session/session.ts';

/** What a portal customer sees after the session has ended. `reason` null: they signed out. */
export function PortalEnded({ reason }: { readonly reason: string | null }) {
  return (
    <main className="sign-in">
      <Notice
        isPage
        icon={reason === null ? 'signOut' : 'clock'}
        title={reason === null ? "You're signed out" : 'This link has expired'}
        actions={
          <Button tone="quiet" onPress={() => portalHasEnded.set(false)}>
            I have an API key
          </Button>
        }
      >
        To see your webhooks, go back to the app you came from and open this page again. Deliveries continue in the
        meantime.
      </Notice>
    </main>
  );
}
