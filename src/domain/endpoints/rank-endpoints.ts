import type { DomainContext } from '../context.ts';
import {
  type CursorPage,
  type CursorScope,
  encodeCursor,
  type Page,
  type PageInput,
  readPage,
  slicePage,
} from '../pages.ts';
import { type EndpointHealth, loadHealth } from './load-health.ts';

/** The values by which endpoints can be sorted. Null values come last in both directions. */
const sortValues = {
  SUCCESS_RATE: (health: EndpointHealth) => health.successRate,
  P95_LATENCY: (health: EndpointHealth) => health.p95LatencyMs,
  BACKLOG: (health: EndpointHealth) => health.backlog,
} as const;

/** The order of a list of endpoints. Ties are broken by id, in the same direction. */
export interface EndpointOrder {
  /** The field to sort by. CREATED_AT sorts by the id, which contains the time. */
  readonly field: keyof typeof sortValues | 'CREATED_AT';
  readonly direction: 'ASC' | 'DESC';
}

type RankKey = readonly [value: number | null, id: string];

/** The health is computed only for this many of the newest endpoints. The others come last. */
const maxRanked = 1000;
/** The number of endpoints in one statement, which keeps each statement far below its timeout. */
const chunkSize = 100;

/**
 * Reads a page of endpoints in the order of their current health. An endpoint whose health changes between two pages
 * may be on both or on neither.
 *
 * @param ids the ids of all endpoints to sort, newest first.
 * @returns the ids of the page. If its size is 0, the page is empty and no statement runs.
 */
export async function rankEndpoints(
  ctx: DomainContext,
  { ids, order, input }: { readonly ids: readonly string[]; readonly order: EndpointOrder; readonly input: PageInput },
): Promise<CursorPage<{ readonly id: string }>> {
  const scope: CursorScope<RankKey> = {
    kind: 'endpoints',
    order: `${order.field} ${order.direction}`,
    tenantId: ctx.actor.tenantId,
    isKey: (values): values is RankKey =>
      values.length === 2 && (values[0] === null || typeof values[0] === 'number') && typeof values[1] === 'string',
  };
  const page = readPage(input, scope);
  const values = page.size === 0 ? new Map<string, number | null>() : await readValues(ctx, ids, order);
  const keyOf = (id: string): RankKey => [values.get(id) ?? null, id];
  const ranked = page.size === 0 ? [] : ids.map(keyOf).sort(compareKeys(order));
  const fetched = takePage(page, ranked, compareKeys(order)).map(([, id]) => ({ id }));
  return { ...slicePage(page, fetched), cursorOf: ({ id }) => encodeCursor(scope, keyOf(id)) };
}

async function readValues(ctx: DomainContext, ids: readonly string[], { field }: EndpointOrder) {
  const values = new Map<string, number | null>();
  if (field === 'CREATED_AT') return values;
  for (let from = 0; from < Math.min(ids.length, maxRanked); from += chunkSize) {
    const health = await loadHealth(ctx, ids.slice(from, Math.min(from + chunkSize, maxRanked)));
    for (const [id, each] of health) values.set(id, sortValues[field](each));
  }
  return values;
}

/** Returns the rows of the page in its reading direction, plus the next row if there is one. */
function takePage(
  { size, backward, after, before }: Page<RankKey>,
  ranked: readonly RankKey[],
  compare: (a: RankKey, b: RankKey) => number,
): readonly RankKey[] {
  const within = ranked.filter(key => (!after || compare(key, after) > 0) && (!before || compare(key, before) < 0));
  return (backward ? within.reverse() : within).slice(0, size + 1);
}

/** Returns a comparison function for this order. Ties are broken by id, in the same direction. */
function compareKeys({ direction }: EndpointOrder) {
  const sign = direction === 'ASC' ? 1 : -1;
  return ([value, id]: RankKey, [otherValue, otherId]: RankKey): number => {
    if (value !== otherValue) {
      if (value === null) return 1;
      if (otherValue === null) return -1;
      return sign * (value - otherValue);
    }
    return id === otherId ? 0 : id < otherId ? -sign : sign;
  };
}
