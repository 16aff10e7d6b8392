import { useEffect, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { canRenew, fetchPortalToken } from '../../session/renew-portal-token.ts';
import { hasSignedOut, setSession } from '../../session/session.ts';
import { useStore } from '../../store.ts';
import { messages } from './messages.ts';
import styles from './sign-in.module.css';

/**
 * If the session ends again within this time after a renewal, the server has rejected the new token too, and no further
 * token is requested.
 */
const shortestPauseMs = 30_000;
/** The pause before a new token is requested again from an application that did not answer. */
const retryMs = 10_000;
let renewedAtMs = Number.NEGATIVE_INFINITY;

/**
 * Shown to a portal customer without a session. Starts a new session if the embedding application returns a new token.
 */
export function PortalEnded() {
  const isChosen = useStore(hasSignedOut);
  const [state, setState] = useState<'renewing' | 'unreachable' | 'ended'>(() =>
    canRenew && !isChosen && performance.now() - renewedAtMs > shortestPauseMs ? 'renewing' : 'ended',
  );
  const [round, setRound] = useState(0);
  const isRenewing = state !== 'ended';
  useEffect(() => {
    if (!isRenewing) return;
    let isOver = false;
    let cancelRetry = () => {};
    void fetchPortalToken().then(renewal => {
      if (isOver) return;
      if (renewal === 'unreachable') cancelRetry = retrySoon(() => setRound(round + 1));
      if (typeof renewal === 'string') return setState(renewal);
      renewedAtMs = performance.now();
      setSession({ bearer: renewal.token, kind: 'portal', tenantId: null });
    });
    return () => {
      isOver = true;
      cancelRetry();
    };
  }, [isRenewing, round]);
  if (state === 'renewing') return <main className={styles.screen} aria-busy="true" />;
  if (state === 'unreachable') {
    return (
      <main className={styles.screen}>
        <Notice
          isPage
          tone="error"
          icon="alert"
          title={messages.cantReachTheServerTitle}
          actions={<Button onPress={() => setRound(round + 1)}>{messages.retryNow}</Button>}
        >
          {messages.sessionCannotBeRenewed}
        </Notice>
      </main>
    );
  }
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

/** Calls `retry` after a pause, or as soon as the browser is online again. @returns a function that cancels it. */
function retrySoon(retry: () => void): () => void {
  const timer = setTimeout(retry, retryMs);
  addEventListener('online', retry);
  return () => {
    clearTimeout(timer);
    removeEventListener('online', retry);
  };
}
