import { ApolloLink, Observable } from '@apollo/client';
import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import { type ListAgain, subscribeAndResume } from './resume.ts';

/** Apollo's link for subscriptions: `ApolloLink.split` sends them here, everything else over HTTP. */
export function createFeedLink(client: Client, listAgain: ListAgain): ApolloLink {
  return new ApolloLink(
    ({ query, variables }) =>
      new Observable(observer =>
        subscribeAndResume(
          client,
          { query: print(query), variables },
          {
            next: result => observer.next(result as ApolloLink.Result),
            error: error => observer.error(error),
            complete: () => observer.complete(),
          },
          listAgain,
        ),
      ),
  );
}
