import type { DeliverySnapshot } from '../../delivery.ts';
import type { DomainContext } from '../context.ts';
import { type CursorPage, encodeCursor, type PageInput, readPage, slicePage } from '../pages.ts';
import { authorize } from '../verbs.ts';
import { type CheckedFilter, checkFilter } from './delivery-filter.ts';
import { type DeliveryOrder, defaultOrder, deliveryCursors, keyOf } from './delivery-order.ts';
import { pageStatement, runPageStatement } from './page-statement.ts';
import { resolveSearch } from './resolve-search.ts';

export type DeliveryPage = CursorPage<DeliverySnapshot>;

export interface ListDeliveriesOptions {
  readonly filter: CheckedFilter;
  /** Default: CREATED_AT DESC. */
  readonly orderBy?: DeliveryOrder | null | undefined;
  readonly page: PageInput;
}

/**
 * Reads a page of the tenant's deliveries in one statement, so that no delivery is in it twice. Across pages, rows that
 * did not change are neither missed nor repeated.
 *
 * @throws BadUserInputError (`first`, `last`, `after`, `before`), ForbiddenError without DELIVERIES_READ.
 */
export async function listDeliveries(ctx: DomainContext, options: ListDeliveriesOptions): Promise<DeliveryPage> {
  return readDeliveryPage(ctx, 'deliveries', options);
}

/**
 * Reads a page of the deliveries of one event, newest first: those that were created with it, and their replays.
 *
 * @param eventId a UUID.
 * @throws as `listDeliveries` does.
 */
export async function listEventDeliveries(ctx: DomainContext, eventId: string, page: PageInput): Promise<DeliveryPage> {
  const filter: CheckedFilter = { ...checkFilter(null, 'filter', ctx.actor), eventIds: new Set([eventId]) };
  return readDeliveryPage(ctx, `deliveries of ${eventId}`, { filter, page });
}

async function readDeliveryPage(
  { services, actor }: DomainContext,
  kind: string,
  options: ListDeliveriesOptions,
): Promise<DeliveryPage> {
  authorize(actor, 'deliveries');
  const { pool } = services;
  const order = options.orderBy ?? defaultOrder;
  const scope = deliveryCursors(kind, actor.tenantId, order);
  const page = readPage(options.page, scope);
  const filter = await resolveSearch(pool, actor.tenantId, options.filter);
  const statement = pageStatement(actor.tenantId, filter, order, page);
  const fetched = statement ? await runPageStatement(pool, statement) : [];
  return { ...slicePage(page, fetched), cursorOf: row => encodeCursor(scope, keyOf(order, row)) };
}
