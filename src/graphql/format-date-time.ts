const dayMs = 86_400_000;
const maxDays = 1000;

const dates = new Map<number, string>();
const digits = (count: number, length: number, end: string) =>
  Array.from({ length: count }, (_, number) => String(number).padStart(length, '0') + end);
const hours = digits(24, 2, ':');
const minutes = digits(60, 2, ':');
const seconds = digits(60, 2, '.');
const milliseconds = digits(1000, 3, 'Z');

/**
 * Formats a moment like `Date.prototype.toISOString`: RFC 3339, UTC, with milliseconds. It caches the formatted dates,
 * because a page has hundreds of times on few days.
 *
 * @param unixMs unix milliseconds; fractions are cut off.
 * @throws RangeError beyond the days that a `Date` can hold, and for NaN.
 */
export function formatDateTime(unixMs: number): string {
  const wholeMs = Math.trunc(unixMs);
  const day = Math.floor(wholeMs / dayMs);
  let rest = wholeMs - day * dayMs;
  const ms = rest % 1000;
  rest = (rest - ms) / 1000;
  const second = rest % 60;
  rest = (rest - second) / 60;
  const minute = rest % 60;
  const hour = (rest - minute) / 60;
  const date = dates.get(day) ?? formatDate(day);
  return `${date}${hours[hour]}${minutes[minute]}${seconds[second]}${milliseconds[ms]}`;
}

/** Formats a day as `Date` does, such as `2026-11-21`. The length varies, because years may have six digits. */
function formatDate(day: number): string {
  const text = new Date(day * dayMs).toISOString();
  const date = text.slice(0, text.indexOf('T') + 1);
  if (dates.size >= maxDays) dates.clear();
  dates.set(day, date);
  return date;
}
