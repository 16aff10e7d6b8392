/**
 * Formats numbers, plurals, lists and dates. This is the only file of the dashboard that uses `Intl`. Its texts are
 * English.
 */
const locale = 'en';
/** A locale that writes dates with the day before the month and uses a 24-hour clock. */
const dateLocale = 'en-GB';

const plurals = new Intl.PluralRules(locale);
const lists = new Intl.ListFormat(locale, { type: 'conjunction', style: 'long' });
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
  return plurals.select(count) === 'one' ? one : other;
}

/** Formats a count with its noun: `1 endpoint`, `1,200 endpoints`. */
export function formatPlural(count: number, one: string, other: string): string {
  return `${formatCount(count)} ${plural(count, one, other)}`;
}

/** Joins the items of a list: `a`, `a and b`, `a, b and c`. */
export function formatList(items: readonly string[]): string {
  // `Intl.ListFormat` writes a comma before "and", which the texts of the dashboard leave out.
  return lists
    .formatToParts(items)
    .map(({ type, value }) => (type === 'literal' ? value.replace(', and ', ' and ') : value))
    .join('');
}

/** Formats the day of a time: `22 Nov`. */
export function formatDayAndMonth(at: Date, timeZone: string): string {
  return at.toLocaleDateString(dateLocale, { day: 'numeric', month: 'short', timeZone });
}

/** The IANA name of the time zone of this browser, such as `Asia/Tokyo`. */
export function browserTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

/**
 * The parts of a time (year, month, and so on) in a time zone, exact to the millisecond, with the short name of the
 * zone at that time, such as `CET`.
 */
export function dateParts(at: Date, timeZone: string): Readonly<Record<string, string>> {
  let format = dateFormats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat(dateLocale, {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
    dateFormats.set(timeZone, format);
  }
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}
