/**
 * Formats numbers, plurals and lists, and names time zones. This is the only file of the dashboard that uses `Intl`. Its
 * texts are English.
 */
const locale = 'en';

const counts = new Intl.NumberFormat(locale);
const compactCounts = new Intl.NumberFormat(locale, { notation: 'compact' });
const percents = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });

/** Formats a count: `12,345`, or `12,345+` if there are more than were counted. */
export function formatCount(count: number, isExact = true): string {
  return `${counts.format(count)}${isExact ? '' : '+'}`;
}

/** Formats a count in a short form: `12K`. */
export function formatCompactCount(count: number): string {
  return compactCounts.format(count);
}

/** Formats a share of 0 to 1 as a percentage such as `99.71%`. Rounds down, so that only 1 is `100%`. Null is `–`. */
export function formatShare(share: number | null): string {
  return share === null ? '–' : `${percents.format(Math.floor(share * 10_000) / 100)}%`;
}

/** Formats a number of events per unit of time: `0.4`, `12`, `1,250`. */
export function formatRate(rate: number): string {
  return rate.toLocaleString(locale, { maximumFractionDigits: rate < 10 ? 1 : 0 });
}

/** Returns the form of a noun that fits a count: `plural(1, 'delivery', 'deliveries')` is `delivery`. */
export function plural(count: number, one: string, other: string): string {
  return count === 1 ? one : other;
}

/** Formats a count with its noun: `1 endpoint`, `1,200 endpoints`. */
export function formatPlural(count: number, one: string, other: string): string {
  return `${formatCount(count)} ${plural(count, one, other)}`;
}

/** Joins the items of a list: `a`, `a and b`, `a, b and c`. */
export function formatList(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** The IANA name of the time zone of this browser, such as `Asia/Tokyo`. */
export function browserTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * The short names of time zones, by the offset and long name that `Date` gives, such as `GMT+0100 (Central European
 * Standard Time)`. A computer can move to another zone while the page is open.
 */
const zoneNames = new Map<string, string>();

/** The short name of the time zone of this browser at a time, such as `CET`. */
export function shortZoneName(at: Date): string {
  const longName = at.toTimeString().slice(9);
  let name = zoneNames.get(longName);
  if (name === undefined) {
    // British English has short names such as `CET`, where American English has only `GMT+1`.
    const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(at);
    name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    zoneNames.set(longName, name);
  }
  return name;
}
