import { type Exchange, subscriptionExchange } from '@urql/core';
import type { Client, Sink } from 'graphql-ws';
import { type ListAgain, subscribeAndResume } from './resume.ts';

/** Put it last among urql's exchanges. */
export function createFeedExchange(client: Client, listAgain: ListAgain): Exchange {
  return subscriptionExchange({
    forwardSubscription: ({ query, variables }) => ({
      subscribe: sink => ({
        unsubscribe: subscribeAndResume(
          client,
          { query: query ?? '', variables: variables ?? {} },
          sink as Sink,
          listAgain,
        ),
      }),
    }),
  });
}
