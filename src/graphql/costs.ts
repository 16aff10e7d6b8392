/*
 * What a field costs that does more than to show a value that is there, as its `extensions` (src/server/operation-cost.ts).
 */

/** A text of up to `MAX_PAYLOAD_BYTES`: a thousand published events can be read back; an answer holds 1,300 at most. */
export const largeText = { cost: 60 } as const;

/** A list, or a text of up to `MAX_RESPONSE_BYTES` or a quarter of a payload. */
export const longText = { cost: 20 } as const;

/** One statement for a row, bounded. */
export const statementForRow = { cost: 10 } as const;

/** A statement that counts what a filter matches, up to a bound. */
export const countingStatement = { cost: 160 } as const;

/** Statements over all that a filter matches. */
export const statistics = { cost: 800 } as const;

/** The same, one for all entries of a list: with what a list of 10 is taken to hold, as much as `statistics`. */
export const shareOfStatistics = { cost: 80 } as const;
