import { partsInZone, zoneNameAt } from './time-zone.ts';

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'];

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** Formats a time relative to now: `now`, `12s ago`, `5m ago`, `in 2h 10m`, `3d ago`. */
export function formatRelative(atMs: number, nowMs: number): string {
  const distanceMs = atMs - nowMs;
  if (Math.abs(distanceMs) < 1_000) return 'now';
  return distanceMs > 0 ? `in ${formatCoarse(distanceMs, 2)}` : `${formatCoarse(-distanceMs, 1)} ago`;
}

/** Formats a duration by its `parts` largest units: `2h 10m`. */
export function formatCoarse(spanMs: number, parts: 1 | 2): string {
  const first = units.findIndex(([, unitMs]) => spanMs >= unitMs);
  if (first < 0) return '0s';
  let leftMs = spanMs;
  const texts: string[] = [];
  for (const [unit, unitMs] of units.slice(first, first + parts)) {
    const count = Math.floor(leftMs / unitMs);
    leftMs -= count * unitMs;
    if (count > 0) texts.push(`${count}${unit}`);
  }
  return texts.join(' ');
}

/** Formats a duration with up to three digits: `840 ms`, `1.24 s`, `12.4 s`, `5m 3s`. */
export function formatDuration(spanMs: number): string {
  if (spanMs < 1_000) return `${Math.round(spanMs)} ms`;
  if (spanMs < 60_000) return `${(spanMs / 1_000).toFixed(spanMs < 10_000 ? 2 : 1)} s`;
  return formatCoarse(spanMs, 2);
}

/** Formats a time in the chosen time zone: `2026-11-22 01:20:05.123 CET`. */
export function formatMoment(at: string): string {
  const date = new Date(at);
  const { year, month, day, hour, minute, second, millisecond } = partsInZone(date);
  return `${year}-${month}-${day} ${hour}:${minute}:${second}.${millisecond} ${zoneNameAt(date)}`;
}

/** Formats a time in the chosen time zone: `2026-11-22 01:20 CET`. */
export function formatMinute(at: string): string {
  return `${formatMinuteOfDay(at)} ${formatZone(at)}`;
}

/** Formats a time in the chosen time zone, without the name of the zone: `2026-11-22 01:20`. */
export function formatMinuteOfDay(at: string): string {
  const { year, month, day, hour, minute } = partsInZone(new Date(at));
  return `${year}-${month}-${day} ${hour}:${minute}`;
}

/** The short name of the chosen time zone at this moment, such as `CET`. */
export function formatZone(at: string): string {
  return zoneNameAt(new Date(at));
}

/** Formats a day in the chosen time zone: `22 Nov`. */
export function formatDay(at: Date): string {
  const { month, day } = partsInZone(at);
  return `${Number(day)} ${monthNames[Number(month) - 1]}`;
}

/** Formats a time in the chosen time zone: `22 Nov 01:20:05`. */
export function formatSecond(at: string): string {
  const date = new Date(at);
  const { hour, minute, second } = partsInZone(date);
  return `${formatDay(date)} ${hour}:${minute}:${second}`;
}

/** Formats a latency like `formatDuration`. `–` if it was not measured. */
export function formatLatency(spanMs: number | null | undefined): string {
  return spanMs === null || spanMs === undefined ? '–' : formatDuration(spanMs);
}
