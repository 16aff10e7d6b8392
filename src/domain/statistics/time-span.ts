/** Whole hours since 1970: `from` inclusive, `until` exclusive. */
export interface Hours {
  readonly from: number;
  readonly until: number;
}

/** Unix milliseconds: from inclusive, until exclusive. Null means open. */
export interface TimeSpan {
  readonly fromMs: number | null;
  readonly untilMs: number | null;
}

/**
 * A span in parts that do not overlap: days and hours, which have counts, and edges, which are counted delivery by
 * delivery.
 */
export interface SpanParts {
  /** Everything that days and hours cover together. Null if the span has no whole hour. */
  readonly whole: Hours | null;
  /** Multiples of 24. */
  readonly days: Hours | null;
  readonly hours: readonly Hours[];
  /** Each shorter than an hour. */
  readonly edges: readonly TimeSpan[];
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** After every hour that a delivery can have, and what an `integer` of PostgreSQL holds. */
const lastHour = 2_000_000_016;

/** Splits a span into its parts. With `byDay: false` it uses hours instead of days. */
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
