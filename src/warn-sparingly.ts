import type { Logger } from './log.ts';

/** The shortest time between two log lines with the same message. */
const intervalMs = 10_000;

/**
 * Creates a logger for warnings that may occur thousands of times a second. The first warning with a `message` is
 * logged at once, then at most one every 10 s, with the number of warnings that were left out since (`leftOut`).
 */
export function warnSparingly(
  log: Logger,
  level: 'warn' | 'error' = 'warn',
): (message: string, details?: Record<string, unknown>) => void {
  const messages = new Map<string, { nextLineAtMs: number; leftOut: number }>();
  return (message, details = {}) => {
    const state = messages.get(message) ?? { nextLineAtMs: 0, leftOut: 0 };
    messages.set(message, state);
    if (performance.now() < state.nextLineAtMs) {
      state.leftOut += 1;
      return;
    }
    log[level]({ ...details, ...(state.leftOut > 0 && { leftOut: state.leftOut }) }, message);
    state.nextLineAtMs = performance.now() + intervalMs;
    state.leftOut = 0;
  };
}
