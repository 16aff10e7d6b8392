import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { ViewerQuery } from '../api/viewer.ts';
import { canRenew, fetchPortalToken } from '../session/renew-portal-token.ts';
import { renewSession, session, setSession } from '../session/session.ts';
import { serverNowMs } from '../time/server-clock.ts';

/** A token is renewed when this share of its remaining life has passed. */
const renewalShare = 0.75;
const shortestPauseMs = 5_000;

/**
 * Renews the token of a portal session before it expires. Open screens and dialogs stay open, unless the new token has
 * another scope. After a failure it tries again, until the token has expired.
 *
 * @param expiresAt the expiry of the current token; null: it is no portal token.
 * @returns whether the session continues after the expiry, as far as is known.
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
      const token = await fetchPortalToken();
      if (isOver) return;
      if (token === null) return setFailures(failures + 1);
      const before = await readViewer('cache-only');
      renewSession(token);
      const after = await readViewer('network-only');
      // Without a later expiry the session is not renewed, and this effect would not run again.
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

/** What a token can see and do. */
function scopeOf(viewer: { readonly endpointIds: readonly string[] | null } | undefined): string {
  return JSON.stringify({ ...viewer, expiresAt: null, endpointIds: viewer?.endpointIds?.toSorted() });
}
