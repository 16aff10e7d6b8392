import { setTimeout as delay } from 'node:timers/promises';
import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Actor, Services } from '../domain/context.ts';
import { LivehookError, UnavailableError } from '../errors.ts';
import { encodeCursor } from '../feed/cursor.ts';
import type { FeedItems } from '../feed/feed.ts';
import type { GraphqlContext, WantedUpdates } from '../graphql/context.ts';
import type { DeliveryUpdate } from '../graphql/delivery-updated.ts';
import type { Execution } from './execution.ts';
import { replayThenJoin } from './replay-then-join.ts';
import { nameSharedOperation, type RequestedOperation, responseKeyOf } from './shared-operation.ts';
import {
  type RetainedBytes,
  SubscriptionGroup,
  type SubscriptionGroupOptions,
  type UpdateSink,
} from './subscription-group.ts';
import type { EncodeResult } from './write-results.ts';

export interface SharedUpdatesOptions {
  readonly services: Services;
  readonly execution: Execution;
  readonly encode: EncodeResult;
  /** A client with more unread bytes than this gets nothing until it has read them. */
  readonly maxBufferedBytes: number;
}

/**
 * The limit on updates that all groups keep in memory for slow clients, as a multiple of `maxBufferedBytes`. Beyond it,
 * slow clients read the updates from the log of the feed.
 */
const retainedBuffers = 64;
const retryMs = 250;

export interface Subscriber {
  readonly actor: Actor;
  readonly operation: RequestedOperation;
  readonly wanted: WantedUpdates;
  readonly sink: UpdateSink;
  /** Aborts when the client completes the subscription or its socket is closed. */
  readonly signal: AbortSignal;
}

/**
 * A running subscription. The generator ends with it. Updates are written directly to the sink, so the generator yields
 * at most one result: the error of the feed that ended the subscription. `return()` ends the subscription.
 */
export type GroupSubscription = AsyncGenerator<ExecutionResult, void, void>;

interface ReadyGroup {
  readonly group: SubscriptionGroup;
  readonly options: Omit<SubscriptionGroupOptions, 'items'>;
}

interface OpenGroup {
  readonly ready: Promise<ReadyGroup>;
  readonly closing: AbortController;
  /** For each subscriber, a function that ends its subscription, with an error if `problem` is given. */
  readonly unsubscribers: Set<(problem?: Error) => void>;
}

/**
 * Runs `deliveryUpdated` for any number of sockets. Subscribers that receive the same updates share one subscription to
 * the feed, and one execution and serialization of each update. Callers check the operation of each subscriber before.
 */
export class SharedUpdates {
  readonly #options: SharedUpdatesOptions;
  readonly #groups = new Map<string, OpenGroup>();
  readonly #retained: RetainedBytes;

  constructor(options: SharedUpdatesOptions) {
    this.#options = options;
    this.#retained = { total: 0, max: retainedBuffers * options.maxBufferedBytes };
  }

  /**
   * Resolves when everything that is announced afterwards will be delivered. An error of the feed is a result with
   * errors.
   */
  async subscribe(subscriber: Subscriber): Promise<GroupSubscription | ExecutionResult> {
    const { actor, operation, wanted, signal } = subscriber;
    const name = nameSharedOperation(actor, operation);
    const toResult = (error: unknown) => describeFailure(operation, error);
    const opened = this.#groups.get(name) ?? this.#open(name, subscriber);
    const leaving = new AbortController();
    const leave = (problem?: unknown) => leaving.abort(problem instanceof Error ? problem : undefined);
    opened.unsubscribers.add(leave);
    signal.addEventListener('abort', leave, { once: true });
    const release = () => {
      signal.removeEventListener('abort', leave);
      leave();
      opened.unsubscribers.delete(leave);
      if (opened.unsubscribers.size === 0) this.#close(name, opened);
    };
    try {
      if (signal.aborted) leave();
      const group = await opened.ready;
      const { feed } = this.#options.services;
      const items =
        wanted.after === undefined
          ? null
          : await feed.subscribe(actor.tenantId, { after: wanted.after, signal: leaving.signal });
      const over = this.#runSubscriber(group, subscriber, items, leaving.signal)
        .then(() => null, toResult)
        .finally(release);
      return toGroupSubscription(over, leave);
    } catch (error) {
      release();
      return toResult(error);
    }
  }

  /**
   * Subscribes to the updates that a subscriber has not received yet. Waits while the feed is unreachable.
   *
   * @throws CursorExpiredError if the log of the feed no longer contains the first of these updates.
   */
  async #subscribeAfter(tenantId: string, after: string, signal: AbortSignal): Promise<FeedItems | null> {
    while (!signal.aborted) {
      try {
        return await this.#options.services.feed.subscribe(tenantId, { after, signal, mayBeLost: true });
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        await delay(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
    return null;
  }

  /**
   * Runs until the subscriber leaves. A subscriber that the group detaches because its client is too slow continues
   * from the log of the feed.
   *
   * @throws LivehookError that ended its feed.
   */
  async #runSubscriber(
    { group, options }: ReadyGroup,
    { actor, sink, wanted }: Subscriber,
    ownItems: FeedItems | null,
    signal: AbortSignal,
  ): Promise<void> {
    const left = new Promise<void>(resolve => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    let items = ownItems;
    while (!signal.aborted) {
      const { promise: detached, resolve: onDetached } = Promise.withResolvers<void>();
      const member = items
        ? await replayThenJoin({ ...options, filter: wanted.filter, group, sink, items, onDetached })
        : group.join(sink, onDetached);
      if (!member) break;
      await Promise.race([left, detached]);
      group.leave(member);
      if (signal.aborted) break;
      await sink.whenTaken();
      const cursor = encodeCursor(actor.tenantId, { epoch: group.epoch, position: member.position });
      items = await this.#subscribeAfter(actor.tenantId, cursor, signal);
    }
    if (signal.reason instanceof LivehookError) throw signal.reason;
  }

  #close(name: string, opened: OpenGroup, problem?: Error): void {
    if (this.#groups.get(name) === opened) this.#groups.delete(name);
    opened.closing.abort();
    for (const leave of opened.unsubscribers) leave(problem);
  }

  #open(name: string, { actor, operation, wanted: { filter } }: Subscriber): OpenGroup {
    const { services, execution, maxBufferedBytes } = this.#options;
    const { prepared, variables } = operation;
    const closing = new AbortController();
    const open = async () => {
      const items = await services.feed.subscribe(actor.tenantId, { signal: closing.signal });
      const options = {
        filter,
        execute: this.#createExecute(actor, operation, closing.signal),
        acquireRoom: (updates: number) => execution.acquireUpdateRoom(actor.tenantId, prepared, variables, updates),
        isHeavy: prepared.isHeavy,
        maxBufferedBytes,
        retained: this.#retained,
      };
      const group = new SubscriptionGroup({ ...options, items });
      // When its feed has ended, remove the group, so that it gets no new subscribers.
      group.run().then(
        () => this.#close(name, opened),
        error => this.#close(name, opened, error),
      );
      return { group, options };
    };
    const opened: OpenGroup = { ready: open(), closing, unsubscribers: new Set() };
    this.#groups.set(name, opened);
    opened.ready.catch(() => this.#close(name, opened));
    return opened;
  }

  /**
   * Updates of one batch share a context and what they load, so that each row is read once. An expensive update has its
   * own context, because its rows are large.
   */
  #createExecute(actor: Actor, { prepared, variables }: RequestedOperation, signal: AbortSignal) {
    const { services, execution, encode } = this.#options;
    const createContext = (): GraphqlContext => ({ services, actor, liveSignal: () => signal });
    const execute = async (context: GraphqlContext, update: DeliveryUpdate) =>
      encode(await execution.executeUpdate(prepared, context, variables, update, signal));
    if (prepared.isHeavy) return (update: DeliveryUpdate) => execute(createContext(), update);
    let context: GraphqlContext | null = null;
    return (update: DeliveryUpdate): Promise<Buffer> => {
      if (!context) setImmediate(() => (context = null));
      context ??= createContext();
      return execute(context, update);
    };
  }
}

function describeFailure(operation: RequestedOperation, error: unknown): ExecutionResult {
  const originalError = error instanceof Error ? error : new Error(String(error));
  return { errors: [new GraphQLError(originalError.message, { path: [responseKeyOf(operation)], originalError })] };
}

function toGroupSubscription(over: Promise<ExecutionResult | null>, leave: () => void): GroupSubscription {
  const done = { done: true, value: undefined } as const;
  let isTold = false;
  const end = async () => {
    leave();
    await over;
    return done;
  };
  return {
    async next() {
      const last = await over;
      if (isTold || !last) return done;
      isTold = true;
      return { done: false, value: last };
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => void (await end()),
  };
}
