import { useSyncExternalStore } from 'react';
import { serverNowMs } from './server-clock.ts';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Calls the listener every second, with one timer for the whole page. Pauses while the page is hidden. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  if (document.hidden) return;
  for (const listener of [...listeners]) listener();
}

/**
 * Returns `read` applied to the time of the server (Unix milliseconds), updated every second. The component renders
 * again only if the text has changed.
 */
export function useTimeText(read: (nowMs: number) => string): string {
  return useSyncExternalStore(subscribe, () => read(serverNowMs()));
}
