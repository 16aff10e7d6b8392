import type { GraphQLResolveInfo } from 'graphql';
import { isStatementTimeout, isUnavailable } from '../database/failures.ts';
import type { DeliverySnapshot } from '../delivery.ts';
import { type Count, countDeliveries } from '../domain/deliveries/count-deliveries.ts';
import { type CheckedFilter, checkFilter, narrowToEndpoint } from '../domain/deliveries/delivery-filter.ts';
import { type DeliveryPage, listDeliveries, listEventDeliveries } from '../domain/deliveries/list-deliveries.ts';
import { authorize } from '../domain/verbs.ts';
import { UnavailableError } from '../errors.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { countingStatement } from './costs.ts';
import { CountType } from './count.ts';
import { DeliveryType } from './delivery.ts';
import { DeliveryFilter, DeliveryOrder } from './delivery-filter-input.ts';
import { EndpointType } from './endpoint.ts';
import { EventType } from './event.ts';
import { takeFeedCursor } from './feed-cursor.ts';
import { type Connection, toConnection } from './pages.ts';
import { isSelected } from './selection.ts';

interface DeliveryConnectionParent extends Connection<DeliverySnapshot> {
  readonly filter: CheckedFilter;
  /** The feed cursor from before the rows were read. Null if the operation does not select it. */
  readonly feedCursor: string | null;
}

const DeliveryConnection = builder.connectionObject<typeof DeliveryType, DeliveryConnectionParent>(
  {
    type: DeliveryType,
    name: 'DeliveryConnection',
    description: 'A page of deliveries.',
    fields: t => ({
      feedCursor: t.string({
        description:
          'The position in the live feed right before this page was read. Pass it to `deliveryUpdated(after:)` to receive every later change. If the feed is unreachable, the list still has a cursor here, but a subscription with it gets CURSOR_EXPIRED.',
        resolve: parent => parent.feedCursor as string,
      }),
      totalCount: t.field({
        type: CountType,
        extensions: countingStatement,
        description:
          'How many deliveries the filter matches. If counting takes too long, `exact` is false and `value` is a lower bound.',
        args: {
          max: t.arg.int({
            defaultValue: 10_000,
            description: 'The number at which counting stops: 0 to 1,000,000. Default: 10,000.',
          }),
        },
        resolve: (parent, { max }, context) =>
          countDeliveries(context, parent.filter, max ?? null).catch(error => countPage(parent, max ?? null, error)),
      }),
    }),
  },
  { name: 'DeliveryEdge', description: 'A delivery in a page.' },
);

/**
 * Reads a page, and the feed cursor before it. A change between the two reads is then in the page, in the feed after
 * the cursor, or in both.
 */
async function readConnection(
  context: GraphqlContext,
  info: GraphQLResolveInfo,
  filter: CheckedFilter,
  readPage: () => Promise<DeliveryPage>,
): Promise<DeliveryConnectionParent> {
  const feedCursor = isSelected(info, 'feedCursor') ? await takeFeedCursor(context) : null;
  return { ...toConnection(await readPage()), filter, feedCursor };
}

/**
 * Returns a lower bound after a count has failed: the filter matches at least the rows of the page.
 *
 * @throws `error` if it is not a failure of the database.
 */
function countPage({ edges, pageInfo }: DeliveryConnectionParent, max: number | null, error: unknown): Count {
  if (!isStatementTimeout(error) && !isUnavailable(error) && !(error instanceof UnavailableError)) throw error;
  const { hasNextPage, hasPreviousPage } = pageInfo;
  const known = edges.length + Number(hasNextPage) + Number(hasPreviousPage);
  return { value: Math.min(known, max ?? known), exact: false };
}

builder.queryFields(t => ({
  feedCursor: t.string({
    description:
      'The current position in the live feed. Read it before other data, then subscribe with `deliveryUpdated(after:)`, so that no change is missed. If the feed is unreachable, there is still a cursor, but a subscription with it gets CURSOR_EXPIRED.',
    resolve: (_root, _args, context) => {
      authorize(context.actor, 'feedCursor');
      return context.feedCursor ?? takeFeedCursor(context);
    },
  }),
  deliveries: t.connection(
    {
      type: DeliveryType,
      description:
        'The deliveries of the tenant. A delivery can become visible after one that was created later, so a client that polls for new deliveries can miss some. Subscribe with `deliveryUpdated(after:)` from a `feedCursor` instead.',
      args: {
        filter: t.arg({
          type: DeliveryFilter,
          description: 'Only deliveries that match this filter are returned. All deliveries by default.',
        }),
        orderBy: t.arg({ type: DeliveryOrder, description: 'The order of the deliveries. Default: newest first.' }),
      },
      resolve: (_root, { filter: input, orderBy, ...page }, context, info) => {
        const filter = checkFilter(input, 'filter', context.actor);
        return readConnection(context, info, filter, () => listDeliveries(context, { filter, orderBy, page }));
      },
    },
    DeliveryConnection,
  ),
}));

builder.objectField(EndpointType, 'deliveries', t =>
  t.connection(
    {
      type: DeliveryType,
      description: 'The deliveries that go to the endpoint, newest first by default.',
      args: {
        filter: t.arg({
          type: DeliveryFilter,
          description: 'Only deliveries of the endpoint that match this filter are returned. All of them by default.',
        }),
        orderBy: t.arg({ type: DeliveryOrder, description: 'The order of the deliveries. Default: newest first.' }),
      },
      resolve: ({ id }, { filter: input, orderBy, ...page }, context, info) => {
        const filter = narrowToEndpoint(checkFilter(input, 'filter', context.actor), id);
        return readConnection(context, info, filter, () => listDeliveries(context, { filter, orderBy, page }));
      },
    },
    DeliveryConnection,
  ),
);

builder.objectField(EventType, 'deliveries', t =>
  t.connection(
    {
      type: DeliveryType,
      description: 'The deliveries of the event, including replays, newest first.',
      resolve: ({ id }, page, context, info) => {
        const filter = { ...checkFilter(null, 'filter', context.actor), eventIds: new Set([id]) };
        return readConnection(context, info, filter, () => listEventDeliveries(context, id, page));
      },
    },
    DeliveryConnection,
  ),
);
