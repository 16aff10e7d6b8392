import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * Creates a logger that writes one JSON object per line to standard output. `level` is the lowest level that is
 * written: one of pino's names, such as `info`.
 */
export function createLogger(level: string): Logger {
  return pino({ level, base: null });
}
