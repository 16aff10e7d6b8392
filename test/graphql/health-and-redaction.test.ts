import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatId } from '../../src/ids.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';
import { countStatements } from '../fixtures/count-statements.ts';
import { aDelivery, anEndpoint, seedDeliveries, seedEndpoints } from '../fixtures/seed-deliveries.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

it('the health of a page of endpoints is read with one SQL statement', async () => {
  const endpoints = Array.from({ length: 20 }, () => anEndpoint());
  const [first = anEndpoint()] = endpoints;
  await seedEndpoints(api.services.pool, endpoints);
  await seedDeliveries(api.services.pool, [
    ...Array.from({ length: 3 }, () => aDelivery({ endpointId: first.id, status: 'SUCCEEDED' })),
    aDelivery({ endpointId: first.id, status: 'RETRYING' }),
  ]);
  await api.services.pool.query(
    `INSERT INTO endpoint_health (endpoint_id, failing_since, last_failed_at)
     VALUES ($1, '2026-01-02T03:04:05Z', now())`,
    [first.id],
  );
  const document = `{ endpoints(first: 20) { nodes { id disableAfterSeconds health {
    sampleSize successRate p95LatencyMs backlog { value exact } oldestDueAgeSeconds failingSince warnedAt disablesAt
  } } } }`;
  await api.ask(document);
  let answer: { endpoints: { nodes: { id: string; health: unknown }[] } } | undefined;
  const statements = await countStatements(api.services.pool, async () => {
    answer = await api.ask(document);
  });
  expect(statements.filter(text => text.includes('endpoint_health'))).toHaveLength(1);
  const nodes = answer?.endpoints.nodes ?? [];
  expect(nodes).toHaveLength(20);
  expect(nodes.find(node => node.id === formatId('ep', first.id))).toMatchObject({
    disableAfterSeconds: 432_000,
    health: {
      sampleSize: 4,
      successRate: 0.75,
      backlog: { value: 1, exact: true },
      failingSince: '2026-01-02T03:04:05.000Z',
      warnedAt: null,
      disablesAt: expect.any(String),
    },
  });
});

const update = `mutation ($input: UpdateRedactionInput!) { updateRedaction(input: $input) {
  ... on Tenant { redaction { paths scanCardNumbers } } ... on BadUserInputError { code argument }
} }`;

it('the redaction settings can be read and changed', async () => {
  const { viewer } = await api.ask('{ viewer { tenant { redaction { paths scanCardNumbers } } } }');
  expect(viewer.tenant.redaction.paths).toContain('**.cvv');
  expect(viewer.tenant.redaction.scanCardNumbers).toBe(false);
  const input = { paths: ['*.iban'], scanCardNumbers: true };
  expect(await api.ask(update, { input })).toEqual({ updateRedaction: { redaction: input } });
  const { publishEvent } = await api.ask(
    `mutation { publishEvent(input: { type: "a", payload: { a: { iban: 1, b: "4111 1111 1111 1111" } } }) {
      ... on Event { payloadText payloadPreview } } }`,
  );
  expect(publishEvent.payloadText).toBe('{"a":{"iban":"[REDACTED]","b":"[REDACTED]"}}');
  expect(publishEvent.payloadPreview).toBe(publishEvent.payloadText);
  expect(await api.ask(update, { input: { paths: ['a.'] } })).toEqual({
    updateRedaction: { code: 'BAD_USER_INPUT', argument: 'input.paths.0' },
  });
});

it('no API key and no portal token can publish an event of a livehook.* type', async () => {
  const { publishEvent } = await api.ask(
    `mutation { publishEvent(input: { type: "livehook.endpoint.failing", payload: 1 }) {
      ... on BadUserInputError { code argument } } }`,
  );
  expect(publishEvent).toEqual({ code: 'BAD_USER_INPUT', argument: 'input.type' });
});
