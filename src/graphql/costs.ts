/*
 * What a field costs that does more than show a value of its row, and how long its list may be, as its `extensions`
 * (src/server/operation-cost.ts). Bytes are not priced here: an answer has a budget of bytes of its own
 * (src/graphql/answer-budget.ts).
 */

/** The price of a field. */
export interface FieldPrice {
  /** Default: 1. */
  readonly cost?: number;
  /** The cost is for so much of this argument, and grows with it. */
  readonly costPer?: { readonly argument: string; readonly amount: number };
  /** The most entries of a list that has no `first` or `last`. Lists of a connection have those of its page. */
  readonly listSize?: number;
  /** The list has one entry for each of these entries of the argument of the field above it. */
  readonly listSizeOf?: 'inputs';
  /** What an entry costs, of what its fields do. Default: 1, and 0.1 for entries without fields. */
  readonly entryWeight?: number;
  /** A statement that counts or measures, and may reach its timeout: the field is nullable, or has an answer of its own for that. */
  readonly mayTimeOut?: true;
}

/** Headers of one request or response that are shown. */
export const maxHeaders = 200;

/** A text of up to `MAX_PAYLOAD_BYTES`, read by the id of its row. */
export const largeText = { cost: 60 } as const satisfies FieldPrice;

/** A text of up to `MAX_RESPONSE_BYTES` or a quarter of a payload, read by the id of its row. */
export const longText = { cost: 20 } as const satisfies FieldPrice;

/** The same texts of attempts. A list of deliveries may have 50 for each, of which most are the same payload. */
export const requestBody = { cost: 12 } as const satisfies FieldPrice;
export const responseBody = { cost: 4 } as const satisfies FieldPrice;

/** A short text that is read by the id of its row, for all rows of a list at once. */
export const listedText = { cost: 1 } as const satisfies FieldPrice;

/** A look at the queue of a row's endpoint, for all rows of a list at once. */
export const listedQueue = { cost: 2 } as const satisfies FieldPrice;

/** One statement for a row, bounded. */
export const statementForRow = { cost: 10, mayTimeOut: true } as const satisfies FieldPrice;

/** Of a tenth of a second at most. */
export const countingStatement = {
  cost: 160,
  costPer: { argument: 'max', amount: 10_000 },
  mayTimeOut: true,
} as const satisfies FieldPrice;

/** Statements over all that a filter matches. */
export const statistics = { cost: 800, mayTimeOut: true } as const satisfies FieldPrice;

/** The same for each bucket of a series, measured for all 200 by one statement. */
export const shareOfStatistics = { cost: 4, mayTimeOut: true } as const satisfies FieldPrice;

export const seriesList = { cost: 400, listSize: 200, mayTimeOut: true } as const satisfies FieldPrice;
export const statusList = { listSize: 5 } as const satisfies FieldPrice;
/** Groups of `deliveryStats`: the most frequent ones. */
export const facetList = { listSize: 50 } as const satisfies FieldPrice;
/** Parsed once for each attempt or endpoint. */
export const headerList = { cost: 2, listSize: maxHeaders, entryWeight: 0.03 } as const satisfies FieldPrice;
export const patternList = { cost: 10, listSize: 1000, entryWeight: 0.2 } as const satisfies FieldPrice;
export const scheduleList = { listSize: 30 } as const satisfies FieldPrice;
export const permissionList = { listSize: 6 } as const satisfies FieldPrice;
export const redactionPathList = { listSize: 200 } as const satisfies FieldPrice;
/** The entries of a stored filter: it has one limit for each list. */
export const filterEntryList = { listSize: 1000, entryWeight: 0.01 } as const satisfies FieldPrice;
export const changeList = { listSize: 50, entryWeight: 0.1 } as const satisfies FieldPrice;
export const targetList = { listSize: 1001, entryWeight: 0.01 } as const satisfies FieldPrice;
export const portalEndpointList = { listSize: 1000 } as const satisfies FieldPrice;
export const portalEndpointIdList = { listSize: 1000, entryWeight: 0.01 } as const satisfies FieldPrice;
/** The endpoints of a portal token, read for all tokens of a page at once; their number is `first`. */
export const portalEndpoints = { cost: 2 } as const satisfies FieldPrice;
export const portalEventTypeList = { listSize: 1000, entryWeight: 0.1 } as const satisfies FieldPrice;
export const eventTypeList = { cost: 50, listSize: 1000 } as const satisfies FieldPrice;
export const apiKeyList = { cost: 50, listSize: 1000 } as const satisfies FieldPrice;
export const inputProblemList = { listSize: 100, entryWeight: 0.01 } as const satisfies FieldPrice;
/** The names and indexes of an argument's path. */
export const argumentPath = { listSize: 8 } as const satisfies FieldPrice;
export const publishedList = { listSizeOf: 'inputs' } as const satisfies FieldPrice;
/** The attempts of a delivery, read for all deliveries of a list at once; their number is `last`. */
export const attemptList = { cost: 5 } as const satisfies FieldPrice;
/** The replays of a delivery, read by the event of each; their number is `first`. */
export const replayList = { cost: 10 } as const satisfies FieldPrice;
