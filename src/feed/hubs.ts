import { CursorExpiredError, UnavailableError } from '../errors.ts';
import { decodeCursor } from './cursor.ts';
import type { FeedItems, SubscribeOptions } from './feed.ts';
import type { FeedLog } from './feed-log.ts';
import { Subscription } from './subscription.ts';
import { TenantHub } from './tenant-hub.ts';

/** Options that only tests set. */
export interface SubscriberOptions {
  /** How long a tenant's hub stays open after its last subscriber has left, in ms. Default: 2,000. */
  readonly lingerMs?: number | undefined;
}

export interface HubsOptions extends SubscriberOptions {
  readonly log: FeedLog;
  /** Subscribes a hub to the tenant's announcements. Rejects with UnavailableError. */
  readonly connect: (tenantId: string, hub: TenantHub) => Promise<Disposable>;
}

interface OpenHub {
  readonly hub: TenantHub;
  readonly connection: Promise<Disposable>;
  users: number;
  lingerTimer: NodeJS.Timeout | null;
}

const noItems: FeedItems = {
  epoch: '',
  position: 0,
  takeReady: () => [],
  next: async () => ({ value: undefined, done: true }),
  return: async () => ({ value: undefined, done: true }),
  [Symbol.asyncIterator]: () => noItems,
};

/**
 * The hubs of the tenants that have subscribers in this process. The first subscriber opens a hub. It closes shortly
 * after the last one has left.
 */
export class Hubs implements Disposable {
  readonly #options: HubsOptions;
  readonly #open = new Map<string, OpenHub>();
  readonly #subscriptions = new Set<Subscription>();
  #closed = false;

  constructor(options: HubsOptions) {
    this.#options = options;
  }

  get(tenantId: string): TenantHub | undefined {
    return this.#open.get(tenantId)?.hub;
  }

  /** Makes every subscriber read the log, because it may have missed announcements. */
  resetAll(): void {
    for (const { hub } of this.#open.values()) hub.reset();
  }

  /** Subscribes to a tenant's transitions. The contract is that of `Feed.subscribe`. */
  async subscribe(tenantId: string, options: SubscribeOptions): Promise<FeedItems> {
    if (this.#closed) throw new UnavailableError('The feed is closed.');
    if (options.after !== undefined) decodeCursor(tenantId, options.after);
    if (options.signal.aborted) return noItems;
    const opened = this.#acquire(tenantId);
    const resources = new DisposableStack();
    resources.defer(() => this.#release(tenantId, opened));
    try {
      await opened.connection;
      const subscription = await this.#begin(tenantId, opened.hub, options, resources);
      if (options.signal.aborted || this.#closed) subscription.end();
      return subscription;
    } catch (error) {
      resources.dispose();
      if (options.signal.aborted) return noItems;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const subscription of [...this.#subscriptions]) subscription.end();
    for (const [tenantId, opened] of this.#open) this.#close(tenantId, opened);
  }

  async #begin(
    tenantId: string,
    hub: TenantHub,
    { after, mayBeLost = false, signal }: SubscribeOptions,
    resources: DisposableStack,
  ): Promise<Subscription> {
    const { log } = this.#options;
    const head = await log.head(tenantId);
    const cursor = after === undefined ? head : decodeCursor(tenantId, after);
    if (cursor.epoch !== head.epoch || cursor.position > head.position || cursor.position < head.start) {
      throw new CursorExpiredError('The feed was restarted after the cursor was created.');
    }
    const subscription = new Subscription({ tenantId, log, hub, onEnd: () => resources.dispose() }, cursor);
    const end = () => subscription.end();
    resources.defer(end);
    signal.addEventListener('abort', end, { once: true });
    resources.defer(() => signal.removeEventListener('abort', end));
    this.#subscriptions.add(subscription);
    resources.defer(() => this.#subscriptions.delete(subscription));
    if (after !== undefined && !mayBeLost) await subscription.requireKept();
    return subscription;
  }

  #acquire(tenantId: string): OpenHub {
    const opened = this.#open.get(tenantId) ?? this.#openHub(tenantId);
    opened.users += 1;
    if (opened.lingerTimer) clearTimeout(opened.lingerTimer);
    opened.lingerTimer = null;
    return opened;
  }

  #openHub(tenantId: string): OpenHub {
    const hub = new TenantHub();
    const connection = this.#options.connect(tenantId, hub);
    const opened: OpenHub = { hub, connection, users: 0, lingerTimer: null };
    this.#open.set(tenantId, opened);
    // A hub that could not be opened is removed, so that the next subscriber tries again.
    connection.catch(() => this.#close(tenantId, opened));
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
    // A connection that could not be opened has been reported to the subscribers.
    opened.connection.then(
      connection => connection[Symbol.dispose](),
      () => undefined,
    );
  }
}
