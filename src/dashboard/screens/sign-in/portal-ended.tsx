import { useEffect, useState } from 'react';
import { Notice } from '../../components/notice.tsx';
import { canRenew, fetchPortalToken } from '../../session/renew-portal-token.ts';
import { hasSignedOut, setSession } from '../../session/session.ts';
import { useStore } from '../../store.ts';
import { messages } from './messages.ts';
import styles from './sign-in.module.css';

/**
 * If the session ends again within this time after a renewal, the server rejects the new token too, and no other one is
 * requested.
 */
const shortestPauseMs = 30_000;
let renewedAtMs = Number.NEGATIVE_INFINITY;

/**
 * Shown to a portal customer without a session. Starts a new session if the embedding application returns a new token.
 */
export function PortalEnded() {
  const isChosen = useStore(hasSignedOut);
  const [isRenewing, setIsRenewing] = useState(
    () => canRenew && !isChosen && performance.now() - renewedAtMs > shortestPauseMs,
  );
  useEffect(() => {
    if (!isRenewing) return;
    let isOver = false;
    void fetchPortalToken().then(token => {
      if (isOver) return;
      renewedAtMs = performance.now();
      if (token === null) setIsRenewing(false);
      else setSession({ bearer: token, kind: 'portal', tenantId: null });
    });
    return () => {
      isOver = true;
    };
  }, [isRenewing]);
  if (isRenewing) return <main className={styles.screen} aria-busy="true" />;
  return (
    <main className={styles.screen}>
      <Notice
        isPage
        icon={isChosen ? 'signOut' : 'clock'}
        title={isChosen ? messages.youreSignedOut : messages.thisLinkHasExpired}
      >
        {messages.portalEndedHint}
      </Notice>
    </main>
  );
}
