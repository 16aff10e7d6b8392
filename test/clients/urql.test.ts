import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { introspectionFromSchema } from 'graphql';
import type { Sink } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listPage, readCursor, retry, watch } from './operations.ts';
import {
  authorization,
  createSocketClient,
  openWaitingDeliveries,
  schema,
  type WaitingDeliveries,
} from './waiting-deliveries.ts';

let deliveries: WaitingDeliveries;
const cleanup = new AsyncDisposableStack();
beforeAll(async () => {
  deliveries = cleanup.use(await openWaitingDeliveries(45));
});
afterAll(() => cleanup.disposeAsync());

function openClient(): Client {
  const socket = cleanup.use(createSocketClient(deliveries.api));
  return new Client({
    url: `${deliveries.api.url}/graphql`,
    fetchOptions: { headers: authorization },
    preferGetMethod: false,
    exchanges: [
      cacheExchange({
        schema: introspectionFromSchema(schema),
        resolvers: { Query: { deliveries: relayPagination() } },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: sink => ({
            unsubscribe: socket.client.subscribe({ query: query ?? '', variables: variables ?? {} }, sink as Sink),
          }),
        }),
      }),
    ],
  });
}

/** Watches a list in the cache of urql. Its functions return all loaded pages in their current state. */
function watchList(client: Client, variables: { first: number; after?: string } = { first: 20 }) {
  let latest: ResultOf<typeof listPage> | undefined;
  const { unsubscribe } = client.query(listPage, variables).subscribe(({ data }) => {
    latest = data;
  });
  cleanup.defer(unsubscribe);
  return { edges: () => latest?.deliveries.edges ?? [], pageInfo: () => latest?.deliveries.pageInfo };
}

type ResultOf<Document> = Document extends { __apiType?: (variables: never) => infer Data } ? Data : never;

describe('urql with graphcache', () => {
  it('reads every page with relayPagination and returns each delivery once', async () => {
    const client = openClient();
    const list = watchList(client);
    await expect.poll(() => list.edges().length).toBe(20);
    while (list.pageInfo()?.hasNextPage) {
      await client.query(listPage, { first: 20, after: list.pageInfo()?.endCursor ?? null }).toPromise();
    }
    expect(list.edges().map(edge => edge.node.id)).toEqual(deliveries.deliveryIds);
  });

  it('shows the result of a mutation in the list that contains the delivery, and returns an expected error as data', async () => {
    const client = openClient();
    const id = deliveries.deliveryIds[3] as string;
    await deliveries.cancel(id);
    const { edges } = watchList(client);
    await expect.poll(() => edges()[3]?.node).toMatchObject({ id, status: 'FAILED' });
    await client.mutation(retry, { id }).toPromise();
    await expect.poll(() => edges()[3]?.node).toMatchObject({ id, status: 'PENDING' });
    const { data } = await client.mutation(retry, { id }).toPromise();
    expect(data?.retryDelivery).toMatchObject({ __typename: 'InvalidStateError', code: 'INVALID_STATE' });
    expect(edges()[3]?.node).toMatchObject({ id, status: 'PENDING' });
  });

  it('shows subscription updates in the list that contains the delivery', async () => {
    const client = openClient();
    const id = deliveries.deliveryIds[7] as string;
    const { edges } = watchList(client);
    await expect.poll(() => edges()[7]?.node).toMatchObject({ id, status: 'PENDING' });
    const { data } = await client.query(readCursor, {}).toPromise();
    const statuses: string[] = [];
    const { unsubscribe } = client
      .subscription(watch, { filter: { ids: [id] }, after: data?.feedCursor ?? null })
      .subscribe(result => statuses.push(result.data?.deliveryUpdated.status ?? ''));
    await deliveries.cancel(id);
    await expect.poll(() => statuses).toEqual(['FAILED']);
    await expect.poll(() => edges()[7]?.node).toMatchObject({ id, status: 'FAILED' });
    unsubscribe();
  });
});
