import { useEffect, useRef } from 'react';
import { useQuery, useSubscription } from 'urql';
import { useApi } from '../../../api/api-context.tsx';
import { describeQueryError } from '../../../api/repeat-failed-queries.ts';
import { useStore } from '../../../store.ts';
import { type Detail, DetailQuery, DetailSubscription, DetailVersionQuery } from './detail-documents.ts';

/**
 * The interval at which the version of the delivery is polled. The subscription misses updates before it has started,
 * and gets none while the server cannot deliver live updates.
 */
const checkMs = 5_000;

/**
 * Loads a delivery with all its attempts, and keeps it up to date. The subscription updates single fields in the cache.
 * The attempts are loaded again for each new version, and after a lost connection, during which updates may have been
 * missed. A failed request keeps the delivery that was loaded before, and `problem` says why it can be out of date.
 */
export function useDetail(id: string) {
  const [{ data, error, fetching }, read] = useQuery({ query: DetailQuery, variables: { id } });
  useSubscription({ query: DetailSubscription, variables: { ids: [id] } });
  const loaded = useRef<Detail | null>(null);
  if (data?.delivery) loaded.current = data.delivery;
  else if (data && !error) loaded.current = null;
  const delivery = loaded.current;
  const version = delivery?.version;
  const phase = useStore(useApi().connection);
  const known = useRef({ version, phase });
  useEffect(() => {
    const before = known.current;
    known.current = { version, phase };
    const isNewVersion = before.version !== undefined && version !== undefined && version !== before.version;
    const isBack = phase === 'live' && before.phase === 'cut';
    if (isNewVersion || isBack) read({ requestPolicy: 'network-only' });
  }, [version, phase, read]);
  const [{ error: checkError }, readVersion] = useQuery({ query: DetailVersionQuery, variables: { id }, pause: true });
  useEffect(() => {
    const check = () => !document.hidden && readVersion({ requestPolicy: 'network-only' });
    const timer = setInterval(check, checkMs);
    // A hidden page sends no requests, and its timers can be minutes late when it is shown again.
    document.addEventListener('visibilitychange', check);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', check);
    };
  }, [readVersion]);
  const failure = error ?? checkError;
  return {
    delivery,
    /** Why the latest request failed. Null if it succeeded. */
    problem: failure ? describeQueryError(failure) : null,
    isLoading: fetching && !delivery,
    read,
  };
}
