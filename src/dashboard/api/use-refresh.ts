import { useEffect, useRef } from 'react';
import { useStore } from '../store.ts';
import { useApi } from './api-context.tsx';

/**
 * Reads again each `everyMs` milliseconds while the page is looked at, and at once when it is looked at again or the live
 * connection is back. For figures that no update carries.
 */
export function useRefresh(read: () => void, everyMs: number): void {
  const latest = useRef(read);
  latest.current = read;
  const phase = useStore(useApi().connection);
  const before = useRef(phase);
  useEffect(() => {
    if (before.current === 'cut' && phase === 'live') latest.current();
    before.current = phase;
  }, [phase]);
  useEffect(() => {
    const readIfSeen = () => {
      if (!document.hidden) latest.current();
    };
    const timer = setInterval(readIfSeen, everyMs);
    document.addEventListener('visibilitychange', readIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', readIfSeen);
    };
  }, [everyMs]);
}
