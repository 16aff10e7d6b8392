import { useSyncExternalStore } from 'react';
import { serverNowMs } from './server-clock.ts';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Calls all listeners once a second, with one timer for the page. Pauses while the page is hidden. */
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

/** What `read` makes of the server's time (unix milliseconds), each second; renders again only where the text is another. */
export function useTimeText(read: (nowMs: number) => string): string {
  return useSyncExternalStore(subscribe, () => read(serverNowMs()));
}
