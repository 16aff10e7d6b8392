import type { DeliverySnapshot } from '../../delivery.ts';
import type { DomainContext } from '../context.ts';
import { type CursorPage, encodeCursor, type PageInput, readPage, slicePage } from '../pages.ts';
import { authorize } from '../verbs.ts';
import { type CheckedFilter, checkFilter } from './delivery-filter.ts';
import { type DeliveryOrder, defaultOrder, deliveryCursors, keyOf } from './delivery-order.ts';
import { pageStatement, runPageStatement } from './page-statement.ts';
import { loadDeliveries } from './read-deliveries.ts';
import { resolveSearch } from './resolve-search.ts';

export type DeliveryPage = CursorPage<DeliverySnapshot>;

export interface ListDeliveriesOptions {
  readonly filter: CheckedFilter;
  /** The order of the list. Default: CREATED_AT DESC. */
  readonly orderBy?: DeliveryOrder | null | undefined;
  readonly page: PageInput;
}

/**
 * Reads a page of the tenant's deliveries in one statement, so that no delivery is in it twice. Across pages, rows that
 * did not change are neither missed nor repeated. A second statement estimates when waiting deliveries are sent.
 *
 * @throws BadUserInputError (`first`, `last`, `after`, `before`), ForbiddenError without DELIVERIES_READ.
 */
export async function listDeliveries(ctx: DomainContext, options: ListDeliveriesOptions): Promise<DeliveryPage> {
  return readDeliveryPage(ctx, 'deliveries', options);
}

/**
 * Reads a page of the deliveries of one event, newest first. They include replays.
 *
 * @param eventId a UUID.
 * @throws as `listDeliveries` does.
 */
export async function listEventDeliveries(ctx: DomainContext, eventId: string, page: PageInput): Promise<DeliveryPage> {
  const filter: CheckedFilter = { ...checkFilter(null, 'filter', ctx.actor), eventIds: new Set([eventId]) };
  return readDeliveryPage(ctx, `deliveries of ${eventId}`, { filter, page });
}

async function readDeliveryPage(
  ctx: DomainContext,
  kind: string,
  options: ListDeliveriesOptions,
): Promise<DeliveryPage> {
  const { services, actor } = ctx;
  authorize(actor, 'deliveries');
  const { pool } = services;
  const order = options.orderBy ?? defaultOrder;
  const scope = deliveryCursors(kind, actor.tenantId, order);
  const page = readPage(options.page, scope);
  const filter = await resolveSearch(pool, actor.tenantId, options.filter);
  const statement = pageStatement(actor.tenantId, filter, order, page);
  const { rows, ...flags } = slicePage(page, statement ? await runPageStatement(pool, statement) : []);
  return { ...flags, rows: await estimateWaits(ctx, rows), cursorOf: row => encodeCursor(scope, keyOf(order, row)) };
}

/** Replaces `nextAttemptAt` of deliveries that wait for a rate limit by the estimated time of their next attempt. */
async function estimateWaits(
  ctx: DomainContext,
  rows: readonly DeliverySnapshot[],
): Promise<readonly DeliverySnapshot[]> {
  const waiting = rows.filter(({ nextAttemptAt }) => nextAttemptAt !== null);
  if (waiting.length === 0) return rows;
  const estimated = await loadDeliveries(
    ctx,
    waiting.map(({ id }) => id),
  );
  return rows.map(row => ({
    ...row,
    // A delivery that was sent between the two statements keeps the time that the page has read.
    nextAttemptAt: row.nextAttemptAt && (estimated.get(row.id)?.nextAttemptAt ?? row.nextAttemptAt),
  }));
}
