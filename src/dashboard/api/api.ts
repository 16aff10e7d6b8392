import type { Client as SocketClient } from 'graphql-ws';
import { Client, type CombinedError, type Exchange, fetchExchange, mapExchange, subscriptionExchange } from 'urql';
import { apiPath } from '../base-path.ts';
import { session as currentSession, type Session, sessionCount, signOut } from '../session/session.ts';
import type { Store } from '../store.ts';
import { fetchWithTime } from '../time/server-clock.ts';
import { createCache } from './cache.ts';
import { type ConnectionPhase, watchConnection } from './connection.ts';
import { FeedWatch } from './feed-watch.ts';
import { messages } from './messages.ts';
import { FailedQueries } from './repeat-failed-queries.ts';
import { openSocket } from './socket.ts';

/** The connection to the server. It uses the same GraphQL API as customers do. */
export interface Api extends AsyncDisposable {
  /** The GraphQL client with the normalized cache. `useQuery` and `useMutation` use it. */
  readonly client: Client;
  /**
   * A GraphQL client without a cache, for the rows of live lists. A cache would keep every row that was ever received,
   * and run the queries again for each update.
   */
  readonly uncached: Client;
  readonly socket: SocketClient;
  readonly connection: Store<ConnectionPhase>;
  readonly feed: FeedWatch;
}

/**
 * Opens the API for a session. The session ends if the server rejects its key, over HTTP or the websocket. When the
 * token of the session is renewed, requests use the new token and the websocket is opened again. Dispose the API when
 * another session begins.
 */
export function openApi(session: Session): Api {
  const { tenantId } = session;
  const count = sessionCount.get();
  let { bearer } = session;
  const readBearer = () => bearer;
  const socket = openSocket(readBearer, tenantId);
  const endRenewals = currentSession.subscribe(() => {
    const next = currentSession.get()?.bearer ?? bearer;
    if (next === bearer) return;
    bearer = next;
    socket.terminate();
  });
  const connection = watchConnection(socket);
  connection.subscribe(() => {
    if (connection.get() === 'refused') endSession();
  });
  /** Ends the session of this API. A rejection that arrives late must not end the next session. */
  function endSession(): void {
    if (sessionCount.get() === count) signOut(messages.keyRejected);
  }
  function endRefusedSession({ graphQLErrors }: CombinedError): void {
    if (graphQLErrors.some(({ extensions }) => extensions.code === 'UNAUTHORIZED')) endSession();
  }
  const create = (...exchanges: Exchange[]) =>
    new Client({
      url: apiPath,
      preferGetMethod: false,
      fetch: fetchWithTime,
      requestPolicy: 'cache-and-network',
      fetchOptions: () => ({
        headers: { authorization: `Bearer ${bearer}`, ...(tenantId && { 'livehook-tenant': tenantId }) },
      }),
      exchanges: [mapExchange({ onError: endRefusedSession }), ...exchanges, fetchExchange],
    });
  const subscriptions = subscriptionExchange({
    forwardSubscription: ({ query, variables }) => ({
      subscribe: sink => ({
        unsubscribe: socket.subscribe(
          { query: query ?? '', variables: variables as Record<string, unknown> },
          {
            next: result => sink.next(result as Parameters<typeof sink.next>[0]),
            error: error => sink.error(error),
            complete: () => sink.complete(),
          },
        ),
      }),
    }),
  });
  const uncached = create();
  const feed = new FeedWatch(uncached);
  const failedQueries: FailedQueries = new FailedQueries(() => client);
  const client = create(failedQueries.exchange, createCache(), subscriptions);
  return {
    client,
    uncached,
    socket,
    connection,
    feed,
    async [Symbol.asyncDispose]() {
      endRenewals();
      failedQueries[Symbol.dispose]();
      feed[Symbol.dispose]();
      // Disposing rejects with the close event if the server refused the connection. Nothing is left to close then.
      await Promise.allSettled([socket.dispose()]);
    },
  };
}
