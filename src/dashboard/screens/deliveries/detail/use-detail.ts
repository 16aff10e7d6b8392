import { useEffect, useRef } from 'react';
import { useQuery, useSubscription } from 'urql';
import { useApi } from '../../../api/api-context.tsx';
import { useStore } from '../../../store.ts';
import { DetailQuery, DetailSubscription, DetailVersionQuery } from './detail-documents.ts';

/**
 * The interval at which the version of the delivery is polled. The subscription misses updates before it has started,
 * and gets none while the server cannot deliver live updates.
 */
const checkMs = 5_000;

/**
 * Loads a delivery with all its attempts, and keeps it up to date. The subscription updates single fields in the cache.
 * The attempts are loaded again for each new version, and after a lost connection, during which updates may have been
 * missed.
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
  const [, readVersion] = useQuery({ query: DetailVersionQuery, variables: { id }, pause: true });
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && readVersion({ requestPolicy: 'network-only' }), checkMs);
    return () => clearInterval(timer);
  }, [readVersion]);
  return { delivery: data?.delivery, error, isLoading: fetching && !data, read };
}
