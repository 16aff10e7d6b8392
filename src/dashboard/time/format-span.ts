import { formatDay, formatZone } from './format-time.ts';
import { partsInZone } from './time-zone.ts';

/**
 * Formats a time range to the minute in the chosen time zone: `22 Nov 02:00–04:00 UTC`, `since 22 Nov 02:00 UTC`, or
 * `before 22 Nov 04:00 UTC`. '' if both ends are missing.
 */
export function formatSpan(from: string | null | undefined, to: string | null | undefined): string {
  const zone = [from, to].find(at => at && !Number.isNaN(Date.parse(at)));
  const suffix = zone ? ` ${formatZone(zone)}` : '';
  if (from && to) return `${formatMinute(from)}–${formatMinute(to, from)}${suffix}`;
  if (from) return `since ${formatMinute(from)}${suffix}`;
  return to ? `before ${formatMinute(to)}${suffix}` : '';
}

/** Formats a time as `22 Nov 02:00`. Leaves out the day if it is that of `than`. */
function formatMinute(at: string, than?: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const { hour, minute } = partsInZone(date);
  const day = formatDay(date);
  return than && formatDay(new Date(than)) === day ? `${hour}:${minute}` : `${day} ${hour}:${minute}`;
}
