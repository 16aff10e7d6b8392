/*
 * Prices of fields that do more than show a value of their row, and bounds of lists, as `extensions` of the fields.
 * src/server/operation-cost.ts reads them. Bytes have no price here: src/graphql/answer-budget.ts limits them.
 */

/** The price of a field. */
export interface FieldPrice {
  /** The cost of the field. Default: 1. */
  readonly cost?: number;
  /** The cost applies to `amount` of this argument, and grows in proportion to it. */
  readonly costPer?: { readonly argument: string; readonly amount: number };
  /** The added cost if this argument is given. */
  readonly costWith?: { readonly argument: string; readonly cost: number };
  /** The largest number of entries of a list without `first` or `last`. Connections use their page size. */
  readonly listSize?: number;
  /** The list has one entry for each entry of this argument of the parent field. */
  readonly listSizeOf?: 'inputs';
  /** The weight of the fields of an entry. Default: 1, and 0.1 for entries without fields. */
  readonly entryWeight?: number;
  /**
   * The field runs a statement that counts or measures, and may time out. It is nullable, or has a value for that case.
   */
  readonly mayTimeOut?: true;
}

/** The largest number of headers of one request or response that are returned. */
export const maxHeaders = 200;

/** A text of up to `MAX_PAYLOAD_BYTES`, read by the id of its row. */
export const largeText = { cost: 60 } as const satisfies FieldPrice;

/** A text of up to `MAX_RESPONSE_BYTES`, or of up to a quarter of a payload, read by the id of its row. */
export const longText = { cost: 20 } as const satisfies FieldPrice;

/**
 * The body of a request or response. A list of deliveries may have 50 for each delivery, and most are the same payload.
 */
export const requestBody = { cost: 12 } as const satisfies FieldPrice;
export const responseBody = { cost: 4 } as const satisfies FieldPrice;

/** A short text that is read by the id of its row, for all rows of a list at once. */
export const listedText = { cost: 1 } as const satisfies FieldPrice;

/** The state of the queue of a row's endpoint, read for all rows of a list at once. */
export const listedQueue = { cost: 2 } as const satisfies FieldPrice;

/** One bounded statement for each row. */
export const statementForRow = { cost: 10, mayTimeOut: true } as const satisfies FieldPrice;

/** A statement of at most a tenth of a second. */
export const countingStatement = {
  cost: 160,
  costPer: { argument: 'max', amount: 10_000 },
  mayTimeOut: true,
} as const satisfies FieldPrice;

/** Statements over all deliveries that match a filter. */
export const statistics = { cost: 800, mayTimeOut: true } as const satisfies FieldPrice;

/** The health of each endpoint of the tenant, for an order. */
export const sortedByHealth = { costWith: { argument: 'orderBy', cost: 800 } } as const satisfies FieldPrice;

/** A measurement for each bucket of a series. One statement measures all 200 buckets. */
export const shareOfStatistics = { cost: 4, mayTimeOut: true } as const satisfies FieldPrice;

export const seriesList = { cost: 400, listSize: 200, mayTimeOut: true } as const satisfies FieldPrice;
export const statusList = { listSize: 5 } as const satisfies FieldPrice;
/** The most frequent groups of `deliveryStats`. */
export const facetList = { listSize: 50 } as const satisfies FieldPrice;
/** Headers, parsed once for each attempt or endpoint. */
export const headerList = { cost: 2, listSize: maxHeaders, entryWeight: 0.03 } as const satisfies FieldPrice;
export const patternList = { cost: 10, listSize: 1000, entryWeight: 0.2 } as const satisfies FieldPrice;
export const scheduleList = { listSize: 30 } as const satisfies FieldPrice;
export const permissionList = { listSize: 6 } as const satisfies FieldPrice;
export const redactionPathList = { listSize: 200 } as const satisfies FieldPrice;
/** The entries of a stored filter, which limits each of its lists to this size. */
export const filterEntryList = { listSize: 1000, entryWeight: 0.01 } as const satisfies FieldPrice;
/** Ranges of a stored filter: objects, which may have nothing but nulls. */
export const filterRangeList = { listSize: 1000, entryWeight: 0.1 } as const satisfies FieldPrice;
export const changeList = { listSize: 50, entryWeight: 0.1 } as const satisfies FieldPrice;
export const targetList = { listSize: 1001, entryWeight: 0.01 } as const satisfies FieldPrice;
export const portalEndpointList = { listSize: 1000 } as const satisfies FieldPrice;
export const portalEndpointIdList = { listSize: 1000, entryWeight: 0.01 } as const satisfies FieldPrice;
/** The endpoints of a portal token, read for all tokens of a page at once. `first` bounds their number. */
export const portalEndpoints = { cost: 2 } as const satisfies FieldPrice;
export const portalEventTypeList = { listSize: 1000, entryWeight: 0.1 } as const satisfies FieldPrice;
export const eventTypeList = { cost: 50, listSize: 1000 } as const satisfies FieldPrice;
export const apiKeyList = { cost: 50, listSize: 1000 } as const satisfies FieldPrice;
export const inputProblemList = { listSize: 100, entryWeight: 0.01 } as const satisfies FieldPrice;
/** The names and indexes in the path of an argument. */
export const argumentPath = { listSize: 8 } as const satisfies FieldPrice;
export const publishedList = { listSizeOf: 'inputs' } as const satisfies FieldPrice;
/** The attempts of a delivery, read for all deliveries of a list at once. `last` bounds their number. */
export const attemptList = { cost: 5 } as const satisfies FieldPrice;
/** The replays of a delivery, read for each delivery by its event. `first` bounds their number. */
export const replayList = { cost: 10 } as const satisfies FieldPrice;
