import type { Client } from 'urql';
import { graphql } from '../generated/gql.ts';
import { createStore, type Store } from '../store.ts';

/** Whether the server delivers live updates. `paused`: it cannot, for example because Redis does not answer. */
export type FeedPhase = 'delivered' | 'paused';

/** How often the server is asked, and how often pages are read again while updates are paused. */
export const pausedPollMs = 5_000;

const FeedStateQuery = graphql(/* GraphQL */ `
  query FeedState { feedCursor }
`);

/**
 * Asks every 5 seconds whether the feed answers, over HTTP: while it does not, an open websocket delivers nothing and does
 * not say so. Does not ask while the page is hidden.
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

  /** A page came without a cursor of the feed, so that it cannot be followed. */
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

/**
 * Reads the state of the feed from a response. Null if the response does not tell it.
 *
 * @param cursor the field as it came.
 * @param codes the codes of the answer's GraphQL errors, empty where the server was not reached; null: no error.
 */
export function readFeedPhase(cursor: string | null, codes: readonly unknown[] | null): FeedPhase | null {
  if (cursor !== null) return 'delivered';
  return codes === null || codes.includes('UNAVAILABLE') ? 'paused' : null;
}
