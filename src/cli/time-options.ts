import { UsageError } from './exit-codes.ts';

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses the time of `--since`: an ISO time, or an age such as `30m`. @throws UsageError if it is neither. */
export function readPastTime(option: string, text: string): string {
  return readTime(option, text, -1);
}

/** Parses the time of `--expires`: an ISO time, or a duration such as `90d`. @throws UsageError if it is neither. */
export function readFutureTime(option: string, text: string): string {
  return readTime(option, text, 1);
}

function readTime(option: string, text: string, direction: 1 | -1): string {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = count ? Date.now() + direction * Number(count) * unitMs[unit as keyof typeof unitMs] : Date.parse(text);
  const time = new Date(ms);
  if (Number.isNaN(time.getTime())) {
    throw new UsageError(`${option} must be an ISO time or a duration such as 30m or 90d; got "${text}"`);
  }
  return time.toISOString();
}
