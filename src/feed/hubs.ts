import { UnavailableError } from '../errors.ts';
import { decodeCursor } from './cursor.ts';
import type { FeedItems, SubscribeOptions } from './feed.ts';
import type { FeedLog } from './feed-log.ts';
import { ItemQueue } from './item-queue.ts';
import { Subscription } from './subscription.ts';
import { TenantHub } from './tenant-hub.ts';

/** What subscribers are promised; the defaults serve, tests choose smaller ones. */
export interface SubscriberOptions {
  /** Items a subscriber may lag behind before its oldest are dropped. Default: 1,000. */
  readonly queueItems?: number | undefined;
  /**
   * How long a version waits for an earlier one that has not been announced. Default: 3,000 ms, in which what a dead
   * process left unannounced is announced by another.
   */
  readonly holdMs?: number | undefined;
  /** How long a tenant's hub stays after its last subscriber has left. Default: 2,000 ms. */
  readonly lingerMs?: number | undefined;
}

const defaultHoldMs = 3_000;

export interface HubsOptions extends SubscriberOptions {
  readonly log: FeedLog;
  /** Makes announcements flow to a hub; resolves once they do. Rejects with UnavailableError. */
  readonly connect: (tenantId: string, hub: TenantHub) => Promise<Disposable>;
}

interface OpenHub extends Disposable {
  readonly hub: TenantHub;
  readonly ready: Promise<void>;
  users: number;
  lingerTimer: NodeJS.Timeout | null;
}

/** One hub for each tenant that has subscribers in this process, opened by the first and closed behind the last. */
export class Hubs implements Disposable {
  readonly #options: HubsOptions;
  readonly #open = new Map<string, OpenHub>();
  readonly #queues = new Set<ItemQueue>();
  #closed = false;

  constructor(options: HubsOptions) {
    this.#options = options;
  }

  get(tenantId: string): TenantHub | undefined {
    return this.#open.get(tenantId)?.hub;
  }

  /** Lets every hub look for what it may have missed, as after a cut. */
  catchUpAll(): void {
    for (const { hub, ready } of this.#open.values()) {
      ready.then(() => hub.catchUp()).catch(() => undefined);
    }
  }

  /** The contract is that of `Feed.subscribe`. */
  async subscribe(tenantId: string, { after, signal }: SubscribeOptions): Promise<FeedItems> {
    const { log, queueItems = 1_000, holdMs = defaultHoldMs } = this.#options;
    if (this.#closed) throw new UnavailableError('The feed is closed.');
    const cursor = after === undefined ? null : decodeCursor(tenantId, after);
    const resources = new DisposableStack();
    const queue = new ItemQueue(queueItems, () => resources.dispose());
    const endQueue = () => queue.end();
    this.#queues.add(queue);
    resources.defer(() => this.#queues.delete(queue));
    signal.addEventListener('abort', endQueue, { once: true });
    resources.defer(() => signal.removeEventListener('abort', endQueue));
    if (signal.aborted) queue.end();
    if (queue.ended) return queue;

    const opened = this.#acquire(tenantId);
    resources.defer(() => this.#release(tenantId, opened));
    try {
      await opened.ready;
      const head = await log.head(tenantId);
      const options = { tenantId, log, hub: opened.hub, queue, holdMs };
      const subscription = cursor
        ? await Subscription.after(options, cursor, head)
        : Subscription.atHead(options, head);
      if (queue.ended) return queue;
      resources.use(subscription);
      void subscription.run(signal);
    } catch (error) {
      if (queue.ended) return queue;
      queue.end();
      throw error;
    }
    return queue;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const queue of [...this.#queues]) queue.end();
    for (const opened of this.#open.values()) opened[Symbol.dispose]();
    this.#open.clear();
  }

  #acquire(tenantId: string): OpenHub {
    const opened = this.#open.get(tenantId) ?? this.#openHub(tenantId);
    opened.users += 1;
    if (opened.lingerTimer) clearTimeout(opened.lingerTimer);
    opened.lingerTimer = null;
    return opened;
  }

  #openHub(tenantId: string): OpenHub {
    const { log, connect, holdMs = defaultHoldMs } = this.#options;
    const hub = new TenantHub({ tenantId, log, holdMs });
    const stack = new DisposableStack();
    stack.use(hub);
    const ready = connect(tenantId, hub).then(connection => {
      stack.disposed ? connection[Symbol.dispose]() : stack.use(connection);
      return hub.start();
    });
    const opened: OpenHub = { hub, ready, users: 0, lingerTimer: null, [Symbol.dispose]: () => stack.dispose() };
    this.#open.set(tenantId, opened);
    // A hub that could not be opened is not kept: the next subscriber tries anew.
    ready.catch(() => this.#close(tenantId, opened));
    return opened;
  }

  #release(tenantId: string, opened: OpenHub): void {
    opened.users -= 1;
    if (opened.users > 0 || this.#open.get(tenantId) !== opened) return;
    opened.lingerTimer = setTimeout(() => this.#close(tenantId, opened), this.#options.lingerMs ?? 2_000);
    opened.lingerTimer.unref();
  }

  #close(tenantId: string, opened: OpenHub): void {
    if (this.#open.get(tenantId) === opened) this.#open.delete(tenantId);
    if (opened.lingerTimer) clearTimeout(opened.lingerTimer);
    opened[Symbol.dispose]();
  }
}
