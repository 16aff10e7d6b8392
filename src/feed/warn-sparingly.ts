import type { Logger } from '../log.ts';

/** One line of a kind in this time. */
const intervalMs = 10_000;

/**
 * Warnings about something that may happen thousands of times a second: the first of a kind (`message`) is logged at
 * once, then at most one line every 10 s, with the number that were left out since the last.
 */
export function warnSparingly(
  log: Logger,
  level: 'warn' | 'error' = 'warn',
): (message: string, details?: Record<string, unknown>) => void {
  const kinds = new Map<string, { nextLineAtMs: number; leftOut: number }>();
  return (message, details = {}) => {
    const kind = kinds.get(message) ?? { nextLineAtMs: 0, leftOut: 0 };
    kinds.set(message, kind);
    if (performance.now() < kind.nextLineAtMs) {
      kind.leftOut += 1;
      return;
    }
    log[level]({ ...details, ...(kind.leftOut > 0 && { leftOut: kind.leftOut }) }, message);
    kind.nextLineAtMs = performance.now() + intervalMs;
    kind.leftOut = 0;
  };
}
