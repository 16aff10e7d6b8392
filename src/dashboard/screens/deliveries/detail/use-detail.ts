import { useEffect, useRef } from 'react';
import { useQuery, useSubscription } from 'urql';
import { useApi } from '../../../api/api-context.tsx';
import { useStore } from '../../../store.ts';
import { DetailQuery, DetailSubscription } from './detail-documents.ts';

/** How often a delivery that is on its way is read again, should an update be missed: before the subscription stood. */
const checkMs = 5_000;

/**
 * A delivery with all its attempts, live: the feed's scalars go straight into the cache, and each new version brings the
 * attempts anew. After a cut, too: what happened meanwhile is in no update.
 */
export function useDetail(id: string) {
  const [{ data, error, fetching }, read] = useQuery({ query: DetailQuery, variables: { id } });
  useSubscription({ query: DetailSubscription, variables: { ids: [id] } });
  const version = data?.delivery?.version;
  const phase = useStore(useApi().connection);
  const known = useRef({ version, phase });
  useEffect(() => {
    const before = known.current;
    known.current = { version, phase };
    const isNewVersion = before.version !== undefined && version !== undefined && version !== before.version;
    const isBack = phase === 'live' && before.phase === 'cut';
    if (isNewVersion || isBack) read({ requestPolicy: 'network-only' });
  }, [version, phase, read]);
  const status = data?.delivery?.status;
  useEffect(() => {
    if (status !== 'PENDING' && status !== 'PROCESSING') return;
    const timer = setInterval(() => read({ requestPolicy: 'network-only' }), checkMs);
    return () => clearInterval(timer);
  }, [status, read]);
  return { delivery: data?.delivery, error, isLoading: fetching && !data, read };
}
