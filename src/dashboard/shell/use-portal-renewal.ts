import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { ViewerQuery } from '../api/viewer.ts';
import { canRenew, fetchPortalToken } from '../session/renew-portal-token.ts';
import { renewSession, session, setSession } from '../session/session.ts';
import { serverNowMs } from '../time/server-clock.ts';

/** A token is renewed after this share of its remaining lifetime. */
const renewalShare = 0.75;
const shortestPauseMs = 5_000;

/**
 * Renews the token of a portal session before it expires. Open screens and dialogs stay open, unless the new token has
 * another scope. After a failure it tries again until the token has expired.
 * @param expiresAt when the current token expires; null if the session has no portal token.
 * @returns whether the session is expected to continue after the expiry.
 */
export function usePortalRenewal(expiresAt: string | null): boolean {
  const client = useClient();
  const [failures, setFailures] = useState(0);
  useEffect(() => {
    if (!canRenew || expiresAt === null) return;
    const leftMs = Date.parse(expiresAt) - serverNowMs();
    if (leftMs <= 0) return;
    let isOver = false;
    const readViewer = async (requestPolicy: 'cache-only' | 'network-only') =>
      (await client.query(ViewerQuery, {}, { requestPolicy }).toPromise()).data?.viewer;
    const renew = async () => {
      const renewal = await fetchPortalToken();
      if (isOver) return;
      if (typeof renewal === 'string') return setFailures(failures + 1);
      const before = await readViewer('cache-only');
      renewSession(renewal.token);
      const after = await readViewer('network-only');
      // A new token that expires no later counts as a failure, because this effect runs again only if `expiresAt` or
      // `failures` changes.
      if (!after || after.expiresAt === expiresAt) return setFailures(failures + 1);
      setFailures(0);
      const current = session.get();
      if (current && scopeOf(before) !== scopeOf(after)) setSession(current);
    };
    const timer = setTimeout(() => void renew(), Math.max(shortestPauseMs, leftMs * renewalShare));
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [client, expiresAt, failures]);
  return canRenew && failures === 0;
}

/** A text that is equal for two tokens with the same permissions and endpoints. */
function scopeOf(viewer: { readonly endpointIds: readonly string[] | null } | undefined): string {
  return JSON.stringify({ ...viewer, expiresAt: null, endpointIds: viewer?.endpointIds?.toSorted() });
}
