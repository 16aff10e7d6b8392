import type { Client as SocketClient } from 'graphql-ws';
import type { Client } from 'urql';
import { type FeedWatch, isLiveCursor, pausedPollMs } from '../../../api/feed-watch.ts';
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
  /** Why the latest request for the first page failed. Null if it succeeded. Rows that were loaded before are kept. */
  readonly error: string | null;
  readonly hasNext: boolean;
  /** Whether rows above the first one were dropped while the user scrolled down. */
  readonly hasPrevious: boolean;
  readonly isLoadingMore: boolean;
  /** The number of new rows that are not shown yet because the list is on hold: see `DeliveryLog.hold`. */
  readonly waiting: number;
}

export interface DeliveryLogOptions {
  /** A client without a cache: see `Api.uncached`. */
  readonly client: Client;
  readonly socket: SocketClient;
  readonly feed: Pick<FeedWatch, 'phase' | 'reportPaused'>;
  readonly filter: DeliveryFilter;
  readonly order: DeliveryOrder;
}

const pageSize = 50;
const hydrationPauseMs = 150;
/**
 * The pause before the details of rows are loaded while so many updates arrive that rows leave the screen before their
 * details could be read.
 */
const floodedHydrationPauseMs = 600;
const floodedUpdates = 20;
const hydratedAtOnce = 60;
const retryMs = 2_000;
/**
 * The interval at which the details of visible rows are loaded again if their deliveries have not ended. Why a delivery
 * is on hold changes without an update of the feed, for example when its endpoint is paused.
 */
const waitsMs = 5_000;
/**
 * The maximum number of updates that wait for the next frame. Background tabs get no frames. If there are more updates,
 * the list is loaded again instead.
 */
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
 * The deliveries that match a filter, in an order, updated live. Pages are loaded by cursor. Updates of the feed are
 * applied with the next frame, or a few times a second if they keep arriving. The log keeps a bounded number of rows,
 * however long it runs and however far the user scrolls. It must be disposed.
 */
export class DeliveryLog implements Disposable {
  readonly state: Store<DeliveryLogState> = createStore(initial);
  readonly #options: DeliveryLogOptions;
  #filter: DeliveryFilter;
  /** Deliveries that were created before this time (Unix milliseconds) do not match the filter. */
  #fromMs = Number.NEGATIVE_INFINITY;
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
  /** Counts the calls of `start`. If two run at once, only the later one takes effect. */
  #starts = 0;
  /** Counts the resets. A page that was requested before a reset is discarded. */
  #clears = 0;
  readonly #stopWatching: () => void;
  readonly #waits = setInterval(() => this.#readWaits(), waitsMs);

  constructor(options: DeliveryLogOptions) {
    this.#options = options;
    this.#filter = options.filter;
    this.#window = new RowWindow(options.order);
    this.#stopWatching = options.feed.phase.subscribe(() => this.#restartSoon());
  }

  /**
   * Loads the first page and follows the feed from its cursor. Also called to retry after an error, and after updates
   * were missed.
   */
  async start(): Promise<void> {
    this.#stopFollowing();
    clearTimeout(this.#timer);
    this.#starts += 1;
    const start = this.#starts;
    const page = await this.#readPage({ first: pageSize });
    if (this.#isDisposed || start !== this.#starts) return;
    if ('problem' in page) {
      // Rows that were loaded before stay visible.
      const hasRows = this.state.get().rows.length > 0;
      this.state.set({ ...this.state.get(), phase: hasRows ? 'ready' : 'failed', error: page.problem });
      this.#timer = setTimeout(() => void this.start(), retryMs);
      return;
    }
    this.#window.putFirstPage(page.nodes.map(rowOfNode), page.pageInfo.hasNextPage);
    const after = page.feedCursor;
    if (!isLiveCursor(after)) this.#options.feed.reportPaused();
    if (this.#options.feed.phase.get() === 'paused') this.#restartSoon(pausedPollMs);
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

  /**
   * Puts the list on hold, so that no row is inserted or removed while the pointer is over a row or the list is
   * scrolled.
   */
  hold(isHeld: boolean): void {
    if (this.#window.isHeld === isHeld) return;
    this.#window.isHeld = isHeld;
    if (!isHeld && this.#window.settle()) this.#publish();
  }

  /** Moves the start of the time range by which the log is filtered. Rows that were created before it leave. */
  moveStart(from: string): void {
    this.#filter = { ...this.#filter, createdAt: { ...this.#filter.createdAt, from } };
    this.#fromMs = Date.parse(from);
    if (this.#window.leaveBefore(this.#fromMs)) this.#publish();
  }

  /** Inserts the waiting rows. Loads the list again if rows above were dropped. */
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

  /** Sets the visible rows. Missing details of these rows are loaded in one request. */
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
    clearInterval(this.#waits);
  }

  #follow(after: string): void {
    const startedMs = performance.now();
    this.#stopFollowing = followUpdates(this.#options.socket, {
      filter: this.#filter,
      after,
      onUpdate: update => this.#enqueue(update),
      // Waits before it loads the list again if the subscription ended right after its start. Otherwise it would do so
      // in an endless loop.
      onLost: () => this.#restartSoon(performance.now() - startedMs < pausedPollMs ? pausedPollMs : undefined),
    });
  }

  #enqueue(update: DeliveryUpdate): void {
    if (update.skipped > 0 || this.#queue.size >= maxQueued) {
      this.#restartSoon();
      return;
    }
    // The subscription keeps the start of the time range that it began with.
    const matches = update.matches && Date.parse(update.delivery.createdAt) >= this.#fromMs;
    this.#queue.set(update.delivery.id, { ...update, matches });
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

  #readWaits(): void {
    if (this.#visible.length === 0 || document.hidden) return;
    this.#window.distrustUnfinished(this.#visible);
    this.#hydrateSoon();
  }

  #hydrateSoon(): void {
    const pauseMs = this.#isFlooded ? floodedHydrationPauseMs : hydrationPauseMs;
    this.#hydration ??= setTimeout(() => void this.#hydrate(), pauseMs);
  }

  async #hydrate(): Promise<void> {
    const ids = this.#window.lacking(this.#visible).slice(0, hydratedAtOnce);
    if (ids.length > 0) {
      const page = await this.#readPage({ first: hydratedAtOnce, filter: { ...this.#filter, ids } });
      if (this.#isDisposed) return;
      if (!('problem' in page) && this.#window.complete(ids, page.nodes.map(rowOfNode))) this.#publish();
    }
    this.#hydration = undefined;
    // Loads the details again if rows have changed during the request. If the request loaded nothing, the server is not
    // asked again until the visible rows change.
    if (ids.length > 0 && this.#window.lacking(this.#visible).length < ids.length) this.#hydrateSoon();
  }

  /**
   * Loads the page beside a row by the cursor of this row. Loads nothing if the server returns no cursor for the row,
   * because the page beside it is then unknown. The result is discarded if the list was cleared meanwhile.
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
    const { client, order } = this.#options;
    const { data, error } = await client
      .query(PageQuery, { filter: this.#filter, orderBy: order, ...variables })
      .toPromise();
    return data ? data.deliveries : { problem: describeError(error) };
  }

  #publish(change: Partial<DeliveryLogState> = {}): void {
    const { rows, hasNext, hasPrevious, waiting } = this.#window;
    this.state.set({ ...this.state.get(), rows, hasNext, hasPrevious, waiting, ...change });
  }
}
