import type { Client, RequestOptions } from './client.ts';
import { LivehookError } from './errors.ts';
import {
  CancelDeliveryDocument,
  type DeliveryFieldsFragment,
  type DeliveryFilter,
  type DeliveryOrder,
  GetDeliveryDocument,
  ListDeliveriesDocument,
  ReplayDeliveryDocument,
  RetryDeliveryDocument,
} from './generated/graphql.ts';

/** A delivery as this package returns it. */
export type Delivery = DeliveryFieldsFragment;

export interface ListOptions extends RequestOptions {
  /** Only deliveries that match this filter are returned. Default: all deliveries. */
  readonly filter?: DeliveryFilter | undefined;
  /** The order of the deliveries. Default: the newest first. */
  readonly orderBy?: DeliveryOrder | undefined;
  /** The number of deliveries on a page, 1 to 100. Default: 20. */
  readonly first?: number | undefined;
  /** The `nextCursor` of the previous page. Default: the first page is read. */
  readonly after?: string | undefined;
}

export interface DeliveryPage {
  readonly deliveries: readonly Delivery[];
  /** The cursor that reads the next page if it is passed as `after`. Null if this is the last page. */
  readonly nextCursor: string | null;
  /**
   * The feed cursor of this page. If it is passed as `after`, `watchDeliveries` yields all changes since the page was
   * read. Null while the feed is unavailable.
   */
  readonly feedCursor: string | null;
}

type Outcome = { readonly __typename: string; readonly code?: string; readonly message?: string };

/** Reads a delivery. Null if there is none with this id. */
export async function getDelivery(client: Client, id: string, options?: RequestOptions): Promise<Delivery | null> {
  const { delivery } = await client.request(GetDeliveryDocument, { id }, options);
  return delivery ?? null;
}

/** Reads one page of deliveries. */
export async function listDeliveries(client: Client, options: ListOptions = {}): Promise<DeliveryPage> {
  const { signal, filter = null, orderBy = null, first = null, after = null } = options;
  const { deliveries } = await client.request(ListDeliveriesDocument, { filter, orderBy, first, after }, { signal });
  return {
    deliveries: deliveries.nodes,
    nextCursor: deliveries.pageInfo.hasNextPage ? (deliveries.pageInfo.endCursor ?? null) : null,
    feedCursor: deliveries.feedCursor ?? null,
  };
}

/** Yields all deliveries. Reads the next page when it is needed. */
export async function* iterateDeliveries(client: Client, options: ListOptions = {}): AsyncGenerator<Delivery> {
  let after = options.after;
  for (;;) {
    const page = await listDeliveries(client, { first: 100, ...options, after });
    yield* page.deliveries;
    if (page.nextCursor === null) return;
    after = page.nextCursor;
  }
}

/**
 * Makes a delivery due now, so that it is sent again. Its id stays the same.
 *
 * @throws LivehookError `INVALID_STATE` unless the delivery is FAILED or RETRYING, `NOT_FOUND` for an unknown id.
 */
export async function retryDelivery(client: Client, id: string, options?: RequestOptions): Promise<Delivery> {
  const { outcome } = await client.request(RetryDeliveryDocument, { id }, options);
  return takeDelivery(outcome);
}

/**
 * Sends the event of a delivery again, as a new delivery.
 *
 * @param options `endpointId`: the endpoint to send to. Default: the endpoint of the delivery.
 * @throws LivehookError `INVALID_STATE` if the endpoint is disabled or deleted, `NOT_FOUND` for an unknown id.
 */
export async function replayDelivery(
  client: Client,
  id: string,
  { endpointId = null, ...options }: RequestOptions & { readonly endpointId?: string | null } = {},
): Promise<Delivery> {
  const { outcome } = await client.request(ReplayDeliveryDocument, { id, endpointId }, options);
  return takeDelivery(outcome);
}

/**
 * Cancels a delivery that has not been delivered.
 *
 * @throws LivehookError `INVALID_STATE` unless the delivery is PENDING or RETRYING, `NOT_FOUND` for an unknown id.
 */
export async function cancelDelivery(client: Client, id: string, options?: RequestOptions): Promise<Delivery> {
  const { outcome } = await client.request(CancelDeliveryDocument, { id }, options);
  return takeDelivery(outcome);
}

function takeDelivery(outcome: Outcome): Delivery {
  if (outcome.__typename === 'Delivery') return outcome as unknown as Delivery;
  throw new LivehookError(outcome.code ?? 'INTERNAL', outcome.message ?? 'The server gave no reason.');
}
