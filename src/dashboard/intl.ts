/** How numbers, plurals, lists and dates are written: the only file of the dashboard that uses `Intl` and its methods. */
const locale = 'en';
/** English months with the day first, and a clock of 24 hours. */
const dateLocale = 'en-GB';

const plurals = new Intl.PluralRules(locale);
const lists = new Intl.ListFormat(locale, { type: 'conjunction', style: 'long' });
const counts = new Intl.NumberFormat(locale);
const compactCounts = new Intl.NumberFormat(locale, { notation: 'compact' });
const percents = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });

/** `12,345`; `12,345+` if there are more than were counted. */
export function formatCount(count: number, isExact = true): string {
  return `${counts.format(count)}${isExact ? '' : '+'}`;
}

/** `12K`. */
export function formatCompactCount(count: number): string {
  return compactCounts.format(count);
}

/** A share of 0 to 1 as `99.71%`; never rounded up to 100%. */
export function formatShare(share: number | null): string {
  return share === null ? '–' : `${percents.format(Math.floor(share * 10_000) / 100)}%`;
}

/** `0.4`, `12`, `1,250`. */
export function formatRate(rate: number): string {
  return rate.toLocaleString(locale, { maximumFractionDigits: rate < 10 ? 1 : 0 });
}

/** The form for a count: `plural(1, 'delivery', 'deliveries')` is `delivery`. */
export function plural(count: number, one: string, other: string): string {
  return plurals.select(count) === 'one' ? one : other;
}

/** `1 endpoint`, `1,200 endpoints`. */
export function formatPlural(count: number, one: string, other: string): string {
  return `${formatCount(count)} ${plural(count, one, other)}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function formatList(items: readonly string[]): string {
  // English lists have a comma before "and", which the texts of the dashboard leave out.
  return lists
    .formatToParts(items)
    .map(({ type, value }) => (type === 'literal' ? value.replace(', and ', ' and ') : value))
    .join('');
}

/** `22 Nov`. */
export function formatDayAndMonth(at: Date, timeZone: string): string {
  return at.toLocaleDateString(dateLocale, { day: 'numeric', month: 'short', timeZone });
}

/** The IANA name of the time zone of this browser, such as `Asia/Tokyo`. */
export function browserTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** The parts of a moment on the clock of a time zone, to the millisecond, with the zone's short name at that time, such as `CET`. */
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
