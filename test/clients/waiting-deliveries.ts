import { readFileSync } from 'node:fs';
import { buildSchema, isAbstractType } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';

/** A tenant with deliveries to a paused endpoint, so that only the test changes them. */
export interface WaitingDeliveries extends AsyncDisposable {
  readonly api: TestApi;
  readonly endpointId: string;
  /** The ids in the order of the list, newest first. */
  readonly deliveryIds: readonly string[];
  /** Cancels a delivery with another client: it becomes FAILED with the reason CANCELED. */
  cancel(deliveryId: string): Promise<void>;
}

export const authorization = { authorization: `Bearer ${rootKey}` };

export async function openWaitingDeliveries(count: number): Promise<WaitingDeliveries> {
  const api = await openTestApi();
  const { createEndpoint } = await api.ask(`mutation {
    createEndpoint(input: { name: "Shop", url: "https://shop.test/hook", status: PAUSED }) {
      ... on CreateEndpointSuccess { endpoint { id } }
    }
  }`);
  const { publishEvents } = await api.ask(
    `mutation ($inputs: [PublishEventInput!]!) {
      publishEvents(inputs: $inputs) { ... on PublishEventsSuccess { events { deliveries { nodes { id } } } } }
    }`,
    { inputs: Array.from({ length: count }, (_, number) => ({ type: 'payment.completed', payload: { number } })) },
  );
  const deliveryIds = publishEvents.events.flatMap((event: { deliveries: { nodes: { id: string }[] } }) =>
    event.deliveries.nodes.map(({ id }) => id),
  );
  return {
    api,
    endpointId: createEndpoint.endpoint.id,
    deliveryIds: deliveryIds.sort().reverse(),
    async cancel(id) {
      await api.ask('mutation ($id: ID!) { cancelDelivery(id: $id) { __typename } }', { id });
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

/** Creates a websocket client with `graphql-ws`, with a promise that resolves when its connection is open. */
export function createSocketClient({ url }: TestApi) {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: authorization,
  });
  return { client, [Symbol.asyncDispose]: async () => client.dispose() };
}

export const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

/** The member types of each interface and union, which the caches of clients need. */
export const possibleTypes = Object.fromEntries(
  Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map(type => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
);
