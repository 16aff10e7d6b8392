import { execute } from './client.ts';
import { type DemoReceiver, demoReceivers } from './receivers.ts';

type Server = { readonly url: string; readonly key: string };
type Outcome = { readonly __typename: string; readonly message?: string };

/** Creates an endpoint for each receiver. In later runs, changes the URLs of these endpoints to the new ports. */
export async function prepareEndpoints(server: Server, urlOf: (receiver: DemoReceiver) => string): Promise<void> {
  const { endpoints } = await execute<{
    endpoints: { nodes: { id: string; name: string; deletedAt: string | null }[] };
  }>(server, '{ endpoints(first: 100) { nodes { id name deletedAt } } }');
  for (const receiver of demoReceivers) {
    const { name, eventTypes, retryScheduleSeconds } = receiver;
    const input = { name, url: urlOf(receiver), eventTypes, retryScheduleSeconds, status: 'ENABLED' };
    const known = endpoints.nodes.find(endpoint => endpoint.name === name && endpoint.deletedAt === null);
    const { outcome } = known
      ? await execute<{ outcome: Outcome }>(server, updateEndpoint, { id: known.id, input })
      : await execute<{ outcome: Outcome }>(server, createEndpoint, { input });
    if (outcome.message) throw new Error(`${name}: ${outcome.message}`);
  }
}

const createEndpoint = /* GraphQL */ `
  mutation ($input: CreateEndpointInput!) {
    outcome: createEndpoint(input: $input) { __typename ... on Error { message } }
  }`;

const updateEndpoint = /* GraphQL */ `
  mutation ($id: ID!, $input: UpdateEndpointInput!) {
    outcome: updateEndpoint(id: $id, input: $input) { __typename ... on Error { message } }
  }`;
