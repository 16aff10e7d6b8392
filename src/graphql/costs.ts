/*
 * The costs of fields that do more than return a column of their row, and the largest sizes of lists. Both are declared
 * as `extensions` of the fields.
 * src/server/operation-cost.ts reads them. Bytes have no price here: src/graphql/answer-budget.ts limits them.
 */

/** How the cost of a field and of its list entries is computed. */
export interface FieldPrice {
  /** The cost of the field. Default: 1. */
  readonly cost?: number;
  /** If given, `cost` is the cost of the field at this amount of the argument, and other amounts cost in proportion. */
  readonly costPer?: { readonly argument: string; readonly amount: number };
  /** The additional cost if this argument is given. */
  readonly costWith?: { readonly argument: string; readonly cost: number };
  /** The largest number of entries of a list without `first` or `last`. Connections use their page size. */
  readonly listSize?: number;
  /** The name of a list argument of the parent field. The field returns as many entries as the argument has. */
  readonly listSizeOf?: 'inputs';
  /** The weight of the fields of an entry. Default: 1, and 0.1 for entries without fields. */
  readonly entryWeight?: number;
  /**
   * The field runs a statement that counts or measures, and may time out. The field is nullable, or returns a lower
   * bound after a timeout.
   */
  readonly mayTimeOut?: true;
}

/** The largest number of headers of one request or response that are returned. */
export const maxHeaders = 200;

/** The price of a text of up to `MAX_PAYLOAD_BYTES`, which is read by the id of its row. */
export const largeText = { cost: 60 } as const satisfies FieldPrice;

/** The price of a text of up to `MAX_RESPONSE_BYTES` or a quarter of a payload, which is read by the id of its row. */
export const longText = { cost: 20 } as const satisfies FieldPrice;

/**
 * The prices of the request body and the response body of one attempt. They are lower than `largeText`, because a page
 * of deliveries may read the bodies of 50 attempts of each delivery, whose request bodies mostly share one payload.
 */
export const requestBody = { cost: 12 } as const satisfies FieldPrice;
export const responseBody = { cost: 4 } as const satisfies FieldPrice;

/** The price of a short text that is read for all rows of a list in one statement. */
export const listedText = { cost: 1 } as const satisfies FieldPrice;

/** The price of the queue state of a row's endpoint, which is read for all rows of a list in one statement. */
export const listedQueue = { cost: 2 } as const satisfies FieldPrice;

/** The price of a field that runs one bounded statement for each row. */
export const statementForRow = { cost: 10, mayTimeOut: true } as const satisfies FieldPrice;

/** The price of a count whose statement runs for at most a tenth of a second. */
export const countingStatement = {
  cost: 160,
  costPer: { argument: 'max', amount: 10_000 },
  mayTimeOut: true,
} as const satisfies FieldPrice;

/** The price of statistics, whose statements read all deliveries that match a filter. */
export const statistics = { cost: 800, mayTimeOut: true } as const satisfies FieldPrice;

/** The price of sorting endpoints by their health, which computes the health of each endpoint of the tenant. */
export const sortedByHealth = { costWith: { argument: 'orderBy', cost: 800 } } as const satisfies FieldPrice;

/** The price of a measurement of one bucket of a series. One statement measures all buckets, at most 200. */
export const shareOfStatistics = { cost: 4, mayTimeOut: true } as const satisfies FieldPrice;

export const seriesList = { cost: 400, listSize: 200, mayTimeOut: true } as const satisfies FieldPrice;
export const statusList = { listSize: 5 } as const satisfies FieldPrice;
/** The largest length of a list of counts in `deliveryStats`, which contains the most frequent groups. */
export const facetList = { listSize: 50 } as const satisfies FieldPrice;
/** The price of a list of headers, which is parsed once for each attempt or endpoint. */
export const headerList = { cost: 2, listSize: maxHeaders, entryWeight: 0.03 } as const satisfies FieldPrice;
export const patternList = { cost: 10, listSize: 1000, entryWeight: 0.2 } as const satisfies FieldPrice;
export const scheduleList = { listSize: 30 } as const satisfies FieldPrice;
export const permissionList = { listSize: 6 } as const satisfies FieldPrice;
export const redactionPathList = { listSize: 200 } as const satisfies FieldPrice;
/** The price of a list in a stored filter. A filter has at most this many entries in each list. */
export const filterEntryList = { listSize: 1000, entryWeight: 0.01 } as const satisfies FieldPrice;
/** The price of a list of ranges in a stored filter. Each range is an object, so it costs more than an id. */
export const filterRangeList = { listSize: 1000, entryWeight: 0.1 } as const satisfies FieldPrice;
export const changeList = { listSize: 50, entryWeight: 0.1 } as const satisfies FieldPrice;
export const targetList = { listSize: 1001, entryWeight: 0.01 } as const satisfies FieldPrice;
export const portalEndpointList = { listSize: 1000 } as const satisfies FieldPrice;
export const portalEndpointIdList = { listSize: 1000, entryWeight: 0.01 } as const satisfies FieldPrice;
/**
 * The price of a portal token's endpoints, read for all tokens of a page in one statement. The argument `first` limits
 * their number.
 */
export const portalEndpoints = { cost: 2 } as const satisfies FieldPrice;
export const portalEventTypeList = { listSize: 1000, entryWeight: 0.1 } as const satisfies FieldPrice;
export const eventTypeList = { cost: 50, listSize: 1000 } as const satisfies FieldPrice;
export const apiKeyList = { cost: 50, listSize: 1000 } as const satisfies FieldPrice;
export const inputProblemList = { listSize: 100, entryWeight: 0.01 } as const satisfies FieldPrice;
/** The largest number of elements in the path of an argument. An element is a name or a list index. */
export const argumentPath = { listSize: 8 } as const satisfies FieldPrice;
export const publishedList = { listSizeOf: 'inputs' } as const satisfies FieldPrice;
/**
 * The price of a delivery's attempts, read for all deliveries of a list in one statement. The argument `last` limits
 * their number.
 */
export const attemptList = { cost: 5 } as const satisfies FieldPrice;
/**
 * The price of a delivery's replays, which are read separately for each delivery. The argument `first` limits their
 * number.
 */
export const replayList = { cost: 10 } as const satisfies FieldPrice;
