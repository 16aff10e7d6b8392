import type { Client } from 'graphql-ws';
import { type GraphQLResponse, Observable, type SubscribeFunction } from 'relay-runtime';
import { type ListAgain, subscribeAndResume } from './resume.ts';

/** The second argument of Relay's `Network.create`. */
export function createFeedSubscribe(client: Client, listAgain: ListAgain): SubscribeFunction {
  return ({ text }, variables) =>
    Observable.create<GraphQLResponse>(sink =>
      subscribeAndResume(
        client,
        { query: text ?? '', variables },
        {
          next: result => sink.next(result as GraphQLResponse),
          error: error => sink.error(error as Error),
          complete: () => sink.complete(),
        },
        listAgain,
      ),
    );
}
