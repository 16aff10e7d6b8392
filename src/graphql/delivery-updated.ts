import { clearAllDataLoaders } from '@pothos/plugin-dataloader';
import { type CheckedFilter, checkFilter } from '../domain/deliveries/delivery-filter.ts';
import { matchesFilter, openLiveFilter } from '../domain/deliveries/filter-match.ts';
import { authorize } from '../domain/verbs.ts';
import { CursorExpiredError } from '../errors.ts';
import { encodeCursor } from '../feed/cursor.ts';
import type { FeedItem } from '../feed/feed.ts';
import { builder } from './builder.ts';
import { DeliveryType } from './delivery.ts';
import { DeliveryFilter } from './delivery-filter-input.ts';
import { DeliveryStatusType } from './enums.ts';

/** A transition that matches the filter of a subscriber. */
export interface DeliveryUpdate extends FeedItem {
  readonly matches: boolean;
}

/** An item of the subscription's stream. If the feed is lost, the last item is the error, and the stream then ends. */
type Source = DeliveryUpdate | CursorExpiredError;

const DeliveryUpdateType = builder.objectRef<DeliveryUpdate>('DeliveryUpdate').implement({
  description: 'One change of a delivery from one status to another.',
  fields: t => ({
    cursor: t.exposeString('cursor', {
      description: 'The position of the update in the feed. Pass it to `after` to continue after this update.',
    }),
    status: t.field({
      type: DeliveryStatusType,
      description: 'The status of the delivery after the change.',
      resolve: ({ transition }) => transition.delivery.status,
    }),
    previousStatus: t.field({
      type: DeliveryStatusType,
      nullable: true,
      description: 'The status of the delivery before the change. Null if the delivery was created.',
      resolve: ({ transition }) => transition.previous?.status ?? null,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When the status changed.',
      resolve: ({ transition }) => transition.occurredAt,
    }),
    matches: t.exposeBoolean('matches', {
      description:
        'Whether the delivery matches the filter after the change. False if it matched before and no longer does.',
    }),
    skipped: t.exposeInt('skipped', {
      description:
        'The number of changes just before this one that this subscriber missed, because the feed no longer kept them. List the deliveries again if `skipped` is not 0. Changes outside the filter may be counted too.',
    }),
    delivery: t.field({
      type: DeliveryType,
      description: 'The delivery as it was right after the change.',
      resolve: ({ transition }) => transition.delivery,
    }),
  }),
});

builder.subscriptionField('deliveryUpdated', t =>
  t.field({
    type: DeliveryUpdateType,
    description:
      'Sends each status change of the deliveries that match a filter, as it happens, and the change after which a delivery no longer matches. The changes of one delivery come in order and once each.',
    args: {
      filter: t.arg({
        type: DeliveryFilter,
        description: 'Only changes of deliveries that match this filter are sent. All deliveries by default.',
      }),
      after: t.arg.string({
        description:
          'The cursor after which the updates begin: the `cursor` of an update, or a `feedCursor`. A cursor whose later updates the feed no longer has gets CURSOR_EXPIRED. Default: now.',
      }),
    },
    subscribe: async (_root, { filter: input, after }, context) => {
      authorize(context.actor, 'deliveryUpdated');
      const filter = checkFilter(input, 'filter', context.actor);
      const wanted = {
        filter: await openLiveFilter(context.services.pool, context.actor.tenantId, filter),
        after: context.resumeAfter ?? after ?? undefined,
      };
      if (context.takeUpdates) {
        context.takeUpdates(wanted);
        return noUpdates();
      }
      const { services, actor, liveSignal } = context;
      const items = await services.feed.subscribe(actor.tenantId, { after: wanted.after, signal: liveSignal() });
      context.onCursor?.(encodeCursor(actor.tenantId, items));
      return selectUpdates(items, wanted.filter, ({ cursor }) => {
        clearAllDataLoaders(context);
        context.onCursor?.(cursor);
      });
    },
    resolve(source: Source) {
      if (source instanceof CursorExpiredError) throw source;
      return source;
    },
  }),
);

/** Returns the update that a subscriber with this filter gets for a feed item. Null if the item does not match. */
export function selectUpdate(item: FeedItem, filter: CheckedFilter): DeliveryUpdate | null {
  const { before, after } = matchesFilter(filter, item.transition);
  return before || after ? { ...item, matches: after } : null;
}

async function* noUpdates(): AsyncGenerator<DeliveryUpdate> {}

/**
 * Returns the updates that match a filter. A CursorExpiredError of the source becomes the last item. This is no
 * generator, because a generator would delay `return` until the source has its next item.
 */
function selectUpdates(
  items: AsyncIterableIterator<FeedItem>,
  filter: CheckedFilter,
  onUpdate: (update: DeliveryUpdate) => void,
): AsyncIterableIterator<Source> {
  let skipped = 0;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      for (;;) {
        const result = await items.next().catch(toLastResult);
        if (result instanceof CursorExpiredError) return { done: false, value: result };
        if (result.done) return { done: true, value: undefined };
        skipped += result.value.skipped;
        const update = selectUpdate(result.value, filter);
        if (!update) continue;
        const value = { ...update, skipped };
        skipped = 0;
        onUpdate(value);
        return { done: false, value };
      }
    },
    async return() {
      await items.return?.();
      return { done: true, value: undefined };
    },
  };
}

function toLastResult(error: unknown): CursorExpiredError {
  if (error instanceof CursorExpiredError) return error;
  throw error;
}
