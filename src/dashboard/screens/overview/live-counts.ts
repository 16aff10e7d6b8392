import { stringifyDocument } from '@urql/core';
import type { Client } from 'graphql-ws';
import { pausedPollMs } from '../../api/feed-watch.ts';
import type { DeliveryStatus, OverviewTransitionsSubscription } from '../../generated/graphql.ts';
import { createStore, type Store } from '../../store.ts';
import { TransitionsSubscription } from './overview-documents.ts';

/** The change of the number of deliveries in each status. */
export type Deltas = Readonly<Record<DeliveryStatus, number>>;

export interface LiveState {
  /** The changes since the statistics were last loaded, for deliveries that were created in the time range. */
  readonly inRange: Deltas;
  /** The changes since the statistics were last loaded, for all deliveries. */
  readonly all: Deltas;
  /** The number of attempts that ended per second, over the last 10 s. */
  readonly attemptsPerSecond: number;
}

const publishedEveryMs = 250;
const rateSeconds = 10;
const none: Deltas = { PENDING: 0, PROCESSING: 0, RETRYING: 0, SUCCEEDED: 0, FAILED: 0 };
const query = stringifyDocument(TransitionsSubscription);

/**
 * Subscribes to all transitions, so that counts change between two requests for statistics. Listeners are called at
 * most four times a second. Transitions that arrive during a request may be counted twice or not at all until the next
 * request.
 */
export class LiveCounts implements Disposable {
  readonly state: Store<LiveState> = createStore({ inRange: none, all: none, attemptsPerSecond: 0 });
  #inRange = { ...none };
  #all = { ...none };
  #asked: { readonly inRange: Deltas; readonly all: Deltas } = { inRange: none, all: none };
  #fromMs = 0;
  #ended: number[] = [];
  #isDisposed = false;
  #stop: () => void = () => undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  readonly #socket: Client;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(socket: Client) {
    this.#socket = socket;
    this.#follow();
    this.#timer = setInterval(() => this.#publish(), publishedEveryMs);
  }

  /** Call it before the statistics of deliveries created since `fromMs` are requested. */
  ask(fromMs: number): void {
    this.#fromMs = fromMs;
    this.#asked = { inRange: { ...this.#inRange }, all: { ...this.#all } };
  }

  /**
   * Call it after the statistics were loaded. They include the transitions from before the request, which are removed
   * from the changes.
   */
  read(): void {
    this.#inRange = subtract(this.#inRange, this.#asked.inRange);
    this.#all = subtract(this.#all, this.#asked.all);
    this.#asked = { inRange: none, all: none };
    this.#publish();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#stop();
    clearTimeout(this.#again);
    clearInterval(this.#timer);
  }

  /** Subscribes again 5 seconds after the server has ended the subscription, as it does when the feed is lost. */
  #follow(): void {
    const followAgain = () => {
      clearTimeout(this.#again);
      if (!this.#isDisposed) this.#again = setTimeout(() => this.#follow(), pausedPollMs);
    };
    this.#stop = this.#socket.subscribe<OverviewTransitionsSubscription>(
      { query },
      { next: ({ data }) => data && this.#count(data.deliveryUpdated), error: followAgain, complete: followAgain },
    );
  }

  #count({ status, previousStatus, delivery }: OverviewTransitionsSubscription['deliveryUpdated']): void {
    const counted = Date.parse(delivery.createdAt) >= this.#fromMs ? [this.#all, this.#inRange] : [this.#all];
    for (const deltas of counted) {
      deltas[status] += 1;
      if (previousStatus) deltas[previousStatus] -= 1;
    }
    if (previousStatus === 'PROCESSING') this.#ended.push(Date.now());
  }

  #publish(): void {
    const sinceMs = Date.now() - rateSeconds * 1_000;
    const keepFrom = this.#ended.findIndex(at => at >= sinceMs);
    this.#ended = keepFrom < 0 ? [] : this.#ended.slice(keepFrom);
    const next: LiveState = {
      inRange: { ...this.#inRange },
      all: { ...this.#all },
      attemptsPerSecond: this.#ended.length / rateSeconds,
    };
    if (JSON.stringify(next) !== JSON.stringify(this.state.get())) this.state.set(next);
  }
}

function subtract(from: Deltas, what: Deltas): Record<DeliveryStatus, number> {
  const left = { ...from };
  for (const status of Object.keys(left) as DeliveryStatus[]) left[status] -= what[status];
  return left;
}
