import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { generateSecret } from '../../src/egress/signing.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';
import { readCodeBlocks } from './code-blocks.ts';

/**
 * The pages whose GraphQL documents can run on their own. docs/api.md, docs/integrating.md and some others have
 * separate tests.
 */
const pages = [
  'docs/live-feed.md',
  'docs/migrate-from-svix.md',
  'docs/guides/live-screens.md',
  'docs/guides/portal.md',
  'docs/guides/recover.md',
  'docs/guides/retries.md',
  'docs/guides/slack.md',
];

const cleanup = new AsyncDisposableStack();
let api: TestApi;

beforeAll(async () => {
  api = cleanup.use(await openTestApi());
});
afterAll(() => cleanup.disposeAsync());

it.each(pages)('the GraphQL documents of %s are executed without an error', { timeout: 180_000 }, async page => {
  const blocks = readCodeBlocks(page).filter(({ language }) => language === 'graphql');
  expect(blocks.length).toBeGreaterThan(0);
  const values: Record<string, unknown> = await prepare();
  for (const { code, line } of blocks) {
    const operation = parse(code).definitions.find(each => each.kind === Kind.OPERATION_DEFINITION);
    if (!operation) throw new Error(`${page}:${line} has no operation`);
    const variables = pickVariables(operation, values, `${page}:${line}`);
    const data = operation.operation === 'subscription' ? await watch(code, variables) : await run(code, variables);
    for (const result of Object.values(data)) {
      expect(result, `${page}:${line}`).not.toHaveProperty('code');
      const { __typename, id, status } = result as Record<string, unknown>;
      if (__typename === undefined && status === 'RUNNING') values.operation = id;
    }
  }
});

/** Creates a failed delivery, its endpoint, and a value for every variable of the documents. */
async function prepare(): Promise<Record<string, unknown>> {
  const { feedCursor } = await api.ask('{ feedCursor }');
  const { createEndpoint } = await api.ask(`mutation {
    createEndpoint(input: { name: "Billing", url: "https://billing.test/", status: PAUSED, eventTypes: ["sample.*"] }) {
      ... on CreateEndpointSuccess { endpoint { id } } } }`);
  const { publishEvent } = await api.ask(`mutation {
    publishEvent(input: { type: "sample.created", payload: {} }) { ... on Event { deliveries { nodes { id endpoint { id } } } } } }`);
  const endpoint = createEndpoint.endpoint.id;
  const [{ id: delivery }] = publishEvent.deliveries.nodes.filter(
    (each: { endpoint: { id: string } }) => each.endpoint.id === endpoint,
  );
  await api.ask('mutation ($id: ID!) { cancelDelivery(id: $id) { __typename } }', { id: delivery });
  return {
    endpoint,
    delivery,
    after: feedCursor,
    filter: { endpointIds: [endpoint] },
    url: 'https://shop.test/hook',
    slackUrl: 'https://slack.test/services/T/B/X',
    secret: generateSecret(),
    payload: { invoice: 17 },
  };
}

function pickVariables(operation: OperationDefinitionNode, values: Record<string, unknown>, place: string) {
  const names = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  for (const name of names) expect(values[name], `${place}: a value for $${name}`).toBeDefined();
  return Object.fromEntries(names.map(name => [name, values[name]]));
}

function run(query: string, variables: Record<string, unknown>): Promise<Record<string, unknown>> {
  return api.ask(query, variables);
}

/** Runs a subscription. @returns the data of its first result. */
async function watch(query: string, variables: Record<string, unknown>): Promise<Record<string, unknown>> {
  await using socket = api.connect();
  await socket.ready;
  const { data, errors } = await socket.subscribe(query, variables).next();
  expect(errors).toBeUndefined();
  return data as Record<string, unknown>;
}
