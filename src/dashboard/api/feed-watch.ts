import type { Client } from 'urql';
import { graphql } from '../generated/gql.ts';
import { createStore, type Store } from '../store.ts';

/**
 * Whether the server delivers live updates. `paused`: it currently cannot, for example because Redis does not respond.
 */
export type FeedPhase = 'delivered' | 'paused';

/**
 * The interval at which the state of the feed is requested. Lists are also reloaded at this interval while updates are
 * paused.
 */
export const pausedPollMs = 5_000;

const FeedStateQuery = graphql(/* GraphQL */ `
  query FeedState { feedCursor }
`);

/**
 * Requests the state of the feed every 5 seconds over HTTP, because an open websocket does not report that the feed is
 * unavailable. Sends no requests while the page is hidden.
 */
export class FeedWatch implements Disposable {
  readonly phase: Store<FeedPhase> = createStore<FeedPhase>('delivered');
  readonly #client: Client;
  #timer: ReturnType<typeof setTimeout>;
  #isDisposed = false;

  constructor(client: Client) {
    this.#client = client;
    this.#timer = setTimeout(() => void this.#check(), pausedPollMs);
  }

  /**
   * Sets the state to `paused`. Called when a list was loaded without a feed cursor, after which it cannot be followed
   * live.
   */
  reportPaused(): void {
    this.phase.set('paused');
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  async #check(): Promise<void> {
    if (!document.hidden) {
      const { data, error } = await this.#client.query(FeedStateQuery, {}).toPromise();
      if (this.#isDisposed) return;
      const codes = error ? error.graphQLErrors.map(each => each.extensions.code) : null;
      const phase = readFeedPhase(data?.feedCursor ?? null, codes);
      if (phase) this.phase.set(phase);
    }
    this.#timer = setTimeout(() => void this.#check(), pausedPollMs);
  }
}

/** Whether the server could reach the feed when it made this cursor. Such a cursor can be followed. */
export function isLiveCursor(cursor: string): boolean {
  return !cursor.startsWith('unreachable.');
}

/**
 * Reads the state of the feed from a response. Null if the response does not contain it.
 * @param cursor the field `feedCursor` of the response.
 * @param codes the codes of the GraphQL errors; empty if the server could not be reached; null if there was no error.
 */
export function readFeedPhase(cursor: string | null, codes: readonly unknown[] | null): FeedPhase | null {
  if (cursor !== null) return isLiveCursor(cursor) ? 'delivered' : 'paused';
  return codes?.includes('UNAVAILABLE') ? 'paused' : null;
}
