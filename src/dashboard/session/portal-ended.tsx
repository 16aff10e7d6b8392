import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { portalHasEnded } from './session.ts';

/** What a customer sees whose link no longer holds: they have no key to sign in with. `reason` null: they left. */
export function PortalEnded({ reason }: { readonly reason: string | null }) {
  return (
    <main className="sign-in">
      <Notice
        isPage
        icon={reason === null ? 'signOut' : 'clock'}
        title={reason === null ? 'You have signed out' : 'This link no longer holds'}
        actions={
          <Button tone="quiet" onPress={() => portalHasEnded.set(false)}>
            I have an API key
          </Button>
        }
      >
        To see your webhooks again, open this page anew from where you came. Nothing was lost: they are delivered all
        the same.
      </Notice>
    </main>
  );
}
