import { type Logger, pino } from 'pino';

export type { Logger };

/** Structured logs on standard output, one JSON object a line. Levels are pino's; `LOG_LEVEL` sets the lowest shown. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null });
}
