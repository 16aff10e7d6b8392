import type { Client as SocketClient } from 'graphql-ws';
import type { Client } from 'urql';
import { type FeedWatch, pausedPollMs } from '../../../api/feed-watch.ts';
import { describeError } from '../../../api/outcome.ts';
import type { DeliveryFilter, DeliveryOrder, DeliveryPageQueryVariables } from '../../../generated/graphql.ts';
import { createStore, type Store } from '../../../store.ts';
import { type DeliveryRow, rowOfNode } from './delivery-row.ts';
import { type DeliveryUpdate, followUpdates } from './follow-updates.ts';
import { CursorQuery, PageQuery } from './log-documents.ts';
import { RowWindow } from './row-window.ts';
import { ThrottledRenderer } from './throttled-renderer.ts';

export interface DeliveryLogState {
  readonly rows: readonly DeliveryRow[];
  readonly phase: 'loading' | 'ready' | 'failed';
  /** Why it failed; null otherwise. */
  readonly error: string | null;
  readonly hasNext: boolean;
  /** Whether rows above were dropped while scrolling down. */
  readonly hasPrevious: boolean;
  readonly isLoadingMore: boolean;
  /** The number of rows that wait to be shown while the list is held. */
  readonly waiting: number;
}

export interface DeliveryLogOptions {
  /** Without a cache: see `Api.uncached`. */
  readonly client: Client;
  readonly socket: SocketClient;
  readonly feed: Pick<FeedWatch, 'phase' | 'reportPaused'>;
  readonly filter: DeliveryFilter;
  readonly order: DeliveryOrder;
}

const pageSize = 50;
const hydrationPauseMs = 150;
/** Where rows are out of sight again before they are read. */
const floodedHydrationPauseMs = 600;
const floodedUpdates = 20;
const hydratedAtOnce = 60;
const retryMs = 2_000;
/** Updates that wait for a frame, which a tab in the background never gets. More: the list is read again instead. */
const maxQueued = 5_000;

const initial: DeliveryLogState = {
  rows: [],
  phase: 'loading',
  error: null,
  hasNext: false,
  hasPrevious: false,
  isLoadingMore: false,
  waiting: 0,
};

/**
 * The deliveries that match a filter, in an order, live. Pages are read by cursor. Updates of the feed are shown with the
 * next frame, or together a few times a second if they keep coming. It keeps a bounded window of rows, however long it runs
 * and however far the user scrolls. It must be disposed.
 */
export class DeliveryLog implements Disposable {
  readonly state: Store<DeliveryLogState> = createStore(initial);
  readonly #options: DeliveryLogOptions;
  readonly #window: RowWindow;
  readonly #queue = new Map<string, DeliveryUpdate>();
  #stopFollowing: () => void = () => undefined;
  readonly #folding = new ThrottledRenderer(() => this.#applyQueue());
  #isFlooded = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hydration: ReturnType<typeof setTimeout> | undefined;
  #visible: readonly string[] = [];
  #isDisposed = false;
  #isLoading = false;
  /** Counts the starts. If two run at once, only the later one takes effect. */
  #starts = 0;
  /** Counts the resets, so that pages requested before a reset are dropped. */
  #clears = 0;
  readonly #stopWatching: () => void;

  constructor(options: DeliveryLogOptions) {
    this.#options = options;
    this.#window = new RowWindow(options.order);
    this.#stopWatching = options.feed.phase.subscribe(() => this.#restartSoon());
  }

  /** Reads the first page and follows the feed from there. Also what a "try again" calls, and what fills a gap. */
  async start(): Promise<void> {
    this.#stopFollowing();
    clearTimeout(this.#timer);
    this.#starts += 1;
    const start = this.#starts;
    const page = await this.#readPage({ first: pageSize });
    if (this.#isDisposed || start !== this.#starts) return;
    if ('problem' in page) {
      const hasRows = this.state.get().rows.length > 0;
      if (!hasRows) this.state.set({ ...this.state.get(), phase: 'failed', error: page.problem });
      // Rows that are shown stay; they are only not live, and the shell says so.
      this.#timer = setTimeout(() => void this.start(), retryMs);
      return;
    }
    this.#window.putFirstPage(page.nodes.map(rowOfNode), page.pageInfo.hasNextPage);
    const after: string | null = page.feedCursor;
    if (after === null) this.#options.feed.reportPaused();
    if (after === null || this.#options.feed.phase.get() === 'paused') this.#restartSoon(pausedPollMs);
    else this.#follow(after);
    this.#publish({ phase: 'ready', error: null });
    this.#hydrateSoon();
  }

  /** Discards all rows and reads the first page again. */
  async reset(): Promise<void> {
    this.#clears += 1;
    this.#window.clear();
    await this.start();
  }

  /** Holds the list: no row is added or removed while somebody points at one or has scrolled down. */
  hold(isHeld: boolean): void {
    if (this.#window.isHeld === isHeld) return;
    this.#window.isHeld = isHeld;
    if (!isHeld && this.#window.settle()) this.#publish();
  }

  /** Shows the waiting rows. Reads the list again if rows above were dropped. */
  async showWaiting(): Promise<void> {
    if (this.#window.mustReload) return this.reset();
    this.#window.settle();
    this.#publish();
  }

  async loadNext(): Promise<void> {
    const last = this.#window.rows.at(-1);
    if (!last || !this.#window.hasNext) return;
    await this.#loadMore(last.id, async (after, isCurrent) => {
      const page = await this.#readPage({ first: pageSize, after });
      if ('problem' in page || !isCurrent()) return;
      this.#window.append(page.nodes.map(rowOfNode), page.pageInfo.hasNextPage);
    });
  }

  async loadPrevious(): Promise<void> {
    const first = this.#window.rows[0];
    if (!first || !this.#window.hasPrevious) return;
    await this.#loadMore(first.id, async (before, isCurrent) => {
      const page = await this.#readPage({ last: pageSize, before });
      if ('problem' in page || !isCurrent()) return;
      this.#window.prepend(page.nodes.map(rowOfNode), page.pageInfo.hasPreviousPage);
    });
  }

  /** Sets the visible rows. Their missing details are read in one request. */
  see(ids: readonly string[]): void {
    this.#visible = ids;
    this.#hydrateSoon();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#stopWatching();
    this.#stopFollowing();
    this.#folding[Symbol.dispose]();
    clearTimeout(this.#timer);
    clearTimeout(this.#hydration);
  }

  #follow(after: string): void {
    const startedMs = performance.now();
    this.#stopFollowing = followUpdates(this.#options.socket, {
      filter: this.#options.filter,
      after,
      onUpdate: update => this.#enqueue(update),
      // A subscription that ends at once would otherwise have the list read again without a pause.
      onLost: () => this.#restartSoon(performance.now() - startedMs < pausedPollMs ? pausedPollMs : undefined),
    });
  }

  #enqueue(update: DeliveryUpdate): void {
    if (update.skipped > 0 || this.#queue.size >= maxQueued) {
      this.#restartSoon();
      return;
    }
    this.#queue.set(update.delivery.id, update);
    this.#folding.request();
  }

  #applyQueue(): void {
    this.#isFlooded = this.#queue.size >= floodedUpdates;
    const changed = this.#window.apply([...this.#queue.values()]);
    this.#queue.clear();
    if (!changed) return;
    this.#publish();
    this.#hydrateSoon();
  }

  #restartSoon(pauseMs = hydrationPauseMs): void {
    this.#stopFollowing();
    this.#queue.clear();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#window.distrustAll();
      void this.start();
    }, pauseMs);
  }

  #hydrateSoon(): void {
    const pauseMs = this.#isFlooded ? floodedHydrationPauseMs : hydrationPauseMs;
    this.#hydration ??= setTimeout(() => void this.#hydrate(), pauseMs);
  }

  async #hydrate(): Promise<void> {
    const ids = this.#window.lacking(this.#visible).slice(0, hydratedAtOnce);
    if (ids.length > 0) {
      const page = await this.#readPage({ first: hydratedAtOnce, filter: { ...this.#options.filter, ids } });
      if (this.#isDisposed) return;
      if (!('problem' in page) && this.#window.complete(ids, page.nodes.map(rowOfNode))) this.#publish();
    }
    this.#hydration = undefined;
    // What moved on while it was read; a server that does not answer is left alone until the next sight.
    if (ids.length > 0 && this.#window.lacking(this.#visible).length < ids.length) this.#hydrateSoon();
  }

  /**
   * Reads the page beside a row. Without that row's cursor nothing is read: the answer would be another page. A page that
   * comes after the list was cleared is dropped.
   */
  async #loadMore(besideId: string, load: (cursor: string, isCurrent: () => boolean) => Promise<void>): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    this.#publish({ isLoadingMore: true });
    const clears = this.#clears;
    const cursor = await this.#cursorOf(besideId);
    if (cursor !== null) await load(cursor, () => !this.#isDisposed && clears === this.#clears);
    this.#isLoading = false;
    if (!this.#isDisposed) this.#publish({ isLoadingMore: false });
  }

  async #cursorOf(id: string): Promise<string | null> {
    const { client, order } = this.#options;
    const { data } = await client.query(CursorQuery, { ids: [id], orderBy: order }).toPromise();
    return data?.deliveries.edges[0]?.cursor ?? null;
  }

  async #readPage(variables: DeliveryPageQueryVariables) {
    const { client, filter, order } = this.#options;
    const { data, error } = await client.query(PageQuery, { filter, orderBy: order, ...variables }).toPromise();
    return data ? data.deliveries : { problem: describeError(error) };
  }

  #publish(change: Partial<DeliveryLogState> = {}): void {
    const { rows, hasNext, hasPrevious, waiting } = this.#window;
    this.state.set({ ...this.state.get(), rows, hasNext, hasPrevious, waiting, ...change });
  }
}
