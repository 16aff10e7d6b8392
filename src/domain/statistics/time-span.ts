/** A range of whole hours since 1970: `from` is included, `until` is not. */
export interface Hours {
  readonly from: number;
  readonly until: number;
}

/** A range of Unix milliseconds: `fromMs` is included, `untilMs` is not. Null means no bound. */
export interface TimeSpan {
  readonly fromMs: number | null;
  readonly untilMs: number | null;
}

/**
 * A time span in parts that do not overlap: days and hours, for which counts exist, and edges, which are counted row by
 * row.
 */
export interface SpanParts {
  /** The range that days and hours cover together. Null if the span contains no whole hour. */
  readonly whole: Hours | null;
  /** The whole days of the span. Both bounds are multiples of 24. Null if there are none. */
  readonly days: Hours | null;
  readonly hours: readonly Hours[];
  /** The remaining parts at the ends of the span, each shorter than an hour. */
  readonly edges: readonly TimeSpan[];
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/**
 * The end of a span without an end: later than the hour of any delivery, and small enough for an `integer` of
 * PostgreSQL.
 */
const lastHour = 2_000_000_016;

/** Splits a span into days, hours and edges. With `byDay: false`, days are returned as hours. */
export function splitSpan({ fromMs, untilMs }: TimeSpan, byDay: boolean): SpanParts {
  if (fromMs !== null && untilMs !== null && fromMs >= untilMs)
    return { whole: null, days: null, hours: [], edges: [] };
  const from = fromMs === null ? 0 : Math.max(0, Math.ceil(fromMs / hourMs));
  const until = untilMs === null ? lastHour : Math.max(0, Math.floor(untilMs / hourMs));
  if (from >= until) return { whole: null, days: null, hours: [], edges: [{ fromMs, untilMs }] };
  const edges = [
    { fromMs, untilMs: from * hourMs },
    { fromMs: until * hourMs, untilMs },
  ].filter(edge => edge.fromMs !== null && edge.untilMs !== null && edge.fromMs < edge.untilMs);
  const whole = { from, until };
  const days = { from: Math.ceil(from / 24) * 24, until: Math.floor(until / 24) * 24 };
  if (!byDay || days.from >= days.until) return { whole, days: null, hours: [whole], edges };
  const hours = [
    { from, until: days.from },
    { from: days.until, until },
  ].filter(each => each.from < each.until);
  return { whole, days, hours, edges };
}
