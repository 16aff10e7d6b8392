import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * Creates a logger that writes one JSON object a line to standard output. `LOG_LEVEL` sets the lowest level shown, with
 * the names of pino.
 */
export function createLogger(level: string): Logger {
  return pino({ level, base: null });
}
