import { type CheckedFilter, checkFilter } from '../domain/deliveries/delivery-filter.ts';
import { matchesFilter, openLiveFilter } from '../domain/deliveries/filter-match.ts';
import { CursorExpiredError } from '../errors.ts';
import { encodeCursor } from '../feed/cursor.ts';
import type { FeedItem } from '../feed/feed.ts';
import { builder } from './builder.ts';
import { DeliveryType } from './delivery.ts';
import { DeliveryFilter } from './delivery-filter-input.ts';
import { DeliveryStatusType } from './enums.ts';
import { renewLoaders } from './loaders.ts';

/** A transition that concerns a subscriber. */
export interface DeliveryUpdate extends FeedItem {
  readonly matches: boolean;
}

/** The last result of a subscription whose feed was lost: an error with its code, told in the stream and not by cutting it. */
type Source = DeliveryUpdate | CursorExpiredError;

const DeliveryUpdateType = builder.objectRef<DeliveryUpdate>('DeliveryUpdate').implement({
  description: 'A delivery that moved from one status to another.',
  fields: t => ({
    cursor: t.exposeString('cursor', { description: 'Pass it to `after` to go on right behind this update.' }),
    status: t.field({
      type: DeliveryStatusType,
      description: 'The status that it moved to.',
      resolve: ({ transition }) => transition.delivery.status,
    }),
    previousStatus: t.field({
      type: DeliveryStatusType,
      nullable: true,
      description: 'The status that it moved from; null where it was made.',
      resolve: ({ transition }) => transition.previous?.status ?? null,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it moved.',
      resolve: ({ transition }) => transition.occurredAt,
    }),
    matches: t.exposeBoolean('matches', {
      description: 'Whether it is in the filter now. false: it was, and this transition took it out.',
    }),
    skipped: t.exposeInt('skipped', {
      description:
        'How many transitions this subscriber missed just before this one, because the feed no longer kept them when the subscriber came to them: list the deliveries again. Transitions outside the filter may count too. 0 if none is missing.',
    }),
    delivery: t.field({
      type: DeliveryType,
      description: 'The delivery as it was right after the transition.',
      resolve: ({ transition }) => transition.delivery,
    }),
  }),
});

builder.subscriptionField('deliveryUpdated', t =>
  t.field({
    type: DeliveryUpdateType,
    description:
      'Every transition of the deliveries of a filter, as it happens: those that are in it afterwards, and those that leave it. Per delivery in order, each once.',
    authScopes: { permission: 'DELIVERIES_READ' },
    args: {
      filter: t.arg({ type: DeliveryFilter, description: 'Which. Default: all.' }),
      after: t.arg.string({
        description:
          'Begin right behind this: the `cursor` of an update, or a `feedCursor`. A cursor that is older than what the feed keeps gets CURSOR_EXPIRED. Default: now.',
      }),
    },
    subscribe: async (_root, { filter: input, after }, context) => {
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
        renewLoaders(context);
        context.onCursor?.(cursor);
      });
    },
    resolve(source: Source) {
      if (source instanceof CursorExpiredError) throw source;
      return source;
    },
  }),
);

/** What a subscriber with this filter is told of an item; null: nothing. */
export function selectUpdate(item: FeedItem, filter: CheckedFilter): DeliveryUpdate | null {
  const { before, after } = matchesFilter(filter, item.transition);
  return before || after ? { ...item, matches: after } : null;
}

async function* noUpdates(): AsyncGenerator<DeliveryUpdate> {}

/**
 * The updates of a filter; a CursorExpiredError of the source is the last of them. No generator: `return` must reach a
 * source that waits for its next item, and a generator would queue it behind that item.
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
