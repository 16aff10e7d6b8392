import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../domain/scene.ts';
import { listPage, readCursor, retry, watch } from './operations.ts';
import {
  authorization,
  createSocketClient,
  openWaitingDeliveries,
  possibleTypes,
  type WaitingDeliveries,
} from './waiting-deliveries.ts';

let deliveries: WaitingDeliveries;
const cleanup = new AsyncDisposableStack();
beforeAll(async () => {
  deliveries = cleanup.use(await openWaitingDeliveries(45));
});
afterAll(() => cleanup.disposeAsync());

function openClient(): ApolloClient {
  const socket = cleanup.use(createSocketClient(deliveries.api));
  const client = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket.client),
      new HttpLink({ uri: `${deliveries.api.url}/graphql`, headers: authorization }),
    ),
    cache: new InMemoryCache({
      possibleTypes,
      typePolicies: { Query: { fields: { deliveries: relayStylePagination(['filter', 'orderBy']) } } },
    }),
  });
  cleanup.defer(() => client.stop());
  return client;
}

/** Watches the list like a component does. Resolves once its first page is loaded. */
async function watchList(client: ApolloClient) {
  const query = client.watchQuery({ query: listPage, variables: { first: 20 } });
  const subscription = query.subscribe(() => undefined);
  cleanup.defer(() => subscription.unsubscribe());
  const read = () => {
    const result = query.getCurrentResult();
    if (result.dataState !== 'complete') throw new Error(`the list is ${result.dataState}`);
    return result.data.deliveries;
  };
  await until(read);
  return { query, edges: () => read().edges, pageInfo: () => read().pageInfo };
}

describe('Apollo Client', () => {
  it('reads every page with relayStylePagination and returns each delivery once', async () => {
    const { query, edges, pageInfo } = await watchList(openClient());
    while (pageInfo().hasNextPage) {
      const known = edges().length;
      await query.fetchMore({ variables: { after: pageInfo().endCursor } });
      // Apollo notifies watchers only after `fetchMore` has resolved.
      await until(() => expect(edges().length).toBeGreaterThan(known));
    }
    expect(edges().map(edge => edge.node.id)).toEqual(deliveries.deliveryIds);
  });

  it('shows the result of a mutation in the list that contains the delivery, and returns an expected error as data', async () => {
    const client = openClient();
    const id = deliveries.deliveryIds[3] as string;
    await deliveries.cancel(id);
    const { edges } = await watchList(client);
    expect(edges()[3]?.node).toMatchObject({ id, status: 'FAILED' });
    await client.mutate({ mutation: retry, variables: { id } });
    await expect.poll(() => edges()[3]?.node).toMatchObject({ id, status: 'PENDING' });
    const { data } = await client.mutate({ mutation: retry, variables: { id } });
    expect(data?.retryDelivery).toMatchObject({ __typename: 'InvalidStateError', code: 'INVALID_STATE' });
    expect(edges()[3]?.node).toMatchObject({ id, status: 'PENDING' });
  });

  it('shows subscription updates in the list that contains the delivery', async () => {
    const client = openClient();
    const id = deliveries.deliveryIds[7] as string;
    const { edges } = await watchList(client);
    expect(edges()[7]?.node).toMatchObject({ id, status: 'PENDING' });
    const { data } = await client.query({ query: readCursor, fetchPolicy: 'network-only' });
    const statuses: string[] = [];
    const subscription = client
      .subscribe({ query: watch, variables: { filter: { ids: [id] }, after: data?.feedCursor ?? null } })
      .subscribe(result => statuses.push(result.data?.deliveryUpdated.status ?? ''));
    await deliveries.cancel(id);
    await expect.poll(() => statuses).toEqual(['FAILED']);
    await expect.poll(() => edges()[7]?.node).toMatchObject({ id, status: 'FAILED' });
    subscription.unsubscribe();
  });
});
