import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { Client as UrqlClient } from '@urql/core';
import type { Client, Sink } from 'graphql-ws';
import { Network, Observable } from 'relay-runtime';
import { createFeedLink } from '../../docs/recipes/apollo.ts';
import { createFeedSubscribe } from '../../docs/recipes/relay.ts';
import { type ListAgain, subscribeAndResume } from '../../docs/recipes/resume.ts';
import { createFeedExchange } from '../../docs/recipes/urql.ts';

const document = `subscription Watch($after: String) {
  deliveryUpdated(after: $after) { cursor skipped delivery { id version } }
}`;
export interface Update {
  readonly cursor: string;
  readonly skipped: number;
  readonly delivery: { readonly id: string; readonly version: number };
}
type Watch = (
  client: Client,
  variables: { after: string },
  onUpdate: (update: Update) => void,
  listAgain: ListAgain,
) => void;
type Answer = { readonly data?: unknown };
const toUpdate = ({ data }: Answer) => (data as { deliveryUpdated: Update }).deliveryUpdated;

/** A function for each documented recipe that watches the feed with the client of the recipe. */
export const recipes: Readonly<Record<string, Watch>> = {
  'graphql-ws': (client, variables, onUpdate, listAgain) => {
    const sink: Sink = {
      next: result => onUpdate(toUpdate(result as Answer)),
      error: () => undefined,
      complete: () => undefined,
    };
    subscribeAndResume(client, { query: document, variables }, sink, listAgain);
  },
  urql: (client, variables, onUpdate, listAgain) => {
    const urql = new UrqlClient({
      url: 'http://unused.test',
      preferGetMethod: false,
      exchanges: [createFeedExchange(client, listAgain)],
    });
    urql.subscription(document, variables).subscribe(result => onUpdate(toUpdate(result)));
  },
  'Apollo Client': (client, variables, onUpdate, listAgain) => {
    const apollo = new ApolloClient({ link: createFeedLink(client, listAgain), cache: new InMemoryCache() });
    apollo.subscribe({ query: gql(document), variables }).subscribe(result => onUpdate(toUpdate(result as Answer)));
  },
  Relay: (client, variables, onUpdate, listAgain) => {
    const network = Network.create(() => Observable.create(() => undefined), createFeedSubscribe(client, listAgain));
    const params = { cacheID: 'watch', id: null, metadata: {}, name: 'Watch', operationKind: 'subscription' } as const;
    network.execute({ ...params, text: document }, variables, {}).subscribe({
      next: result => onUpdate(toUpdate(result as Answer)),
    });
  },
};
