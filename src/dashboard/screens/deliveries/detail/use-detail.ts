import { useEffect, useRef } from 'react';
import { useQuery, useSubscription } from 'urql';
import { useApi } from '../../../api/api-context.tsx';
import { useStore } from '../../../store.ts';
import { DetailQuery, DetailSubscription, DetailVersionQuery } from './detail-documents.ts';

/**
 * How often the version of the delivery is read, whatever its status: updates are missed before the subscription stands, and
 * while the server cannot deliver any.
 */
const checkMs = 5_000;

/**
 * A delivery with all its attempts, live. Scalars of the feed go straight into the cache. For each new version the attempts
 * are read again, and also after a lost connection, because no update tells what happened meanwhile.
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
