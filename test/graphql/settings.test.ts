import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inputLimits } from '../../src/domain/input-limits.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';

type Limits = typeof inputLimits;

const document = `{ settings { ${Object.keys(inputLimits).join(' ')} } }`;
const create = `mutation ($input: CreateEndpointInput!) {
  result: createEndpoint(input: $input) { __typename ... on BadUserInputError { problems { path } } }
}`;

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

test('the field settings returns every fixed limit of input', async () => {
  expect(await api.ask(document)).toEqual({ settings: inputLimits });
});

describe('the server accepts input at the limits that the field settings returns, and rejects input beyond them', () => {
  const readLimits = async (): Promise<Limits> => (await api.ask(document)).settings;
  const url = (length: number) => 'https://example.com/'.padEnd(length, 'x');

  test('in the fields of an endpoint', async () => {
    const limits = await readLimits();
    const atLimits = {
      name: 'x'.repeat(limits.maxNameLength),
      url: url(limits.maxUrlLength),
      eventTypes: ['x'.repeat(limits.maxEventTypeLength)],
      bodyTemplate: ' '.repeat(limits.maxBodyTemplateLength - 1).concat('1'),
      retryScheduleSeconds: Array(limits.maxRetries).fill(limits.maxRetryDelaySeconds),
      maxConcurrency: limits.maxConcurrencyLimit,
      rateLimitPerSecond: limits.maxRateLimitPerSecond,
      timeoutMs: limits.maxTimeoutMs,
      disableAfterSeconds: limits.maxDisableAfterSeconds,
    };
    const atLeast = { rateLimitPerSecond: limits.minRateLimitPerSecond, timeoutMs: limits.minTimeoutMs };
    for (const input of [atLimits, { ...atLimits, ...atLeast }]) {
      expect(await api.ask(create, { input })).toEqual({ result: { __typename: 'CreateEndpointSuccess' } });
    }
    const beyond = {
      name: `${atLimits.name}x`,
      url: `${atLimits.url}x`,
      eventTypes: [`${atLimits.eventTypes[0]}x`],
      bodyTemplate: `${atLimits.bodyTemplate}x`,
      retryScheduleSeconds: [limits.maxRetryDelaySeconds + 1],
      maxConcurrency: limits.maxConcurrencyLimit + 1,
      rateLimitPerSecond: limits.maxRateLimitPerSecond + 1,
      timeoutMs: limits.maxTimeoutMs + 1,
      disableAfterSeconds: limits.maxDisableAfterSeconds + 1,
    };
    expect(await problemsOf({ ...beyond })).toEqual(Object.keys(beyond).sort());
    const below = {
      rateLimitPerSecond: limits.minRateLimitPerSecond / 2,
      timeoutMs: limits.minTimeoutMs - 1,
      retryScheduleSeconds: Array(limits.maxRetries + 1).fill(0),
    };
    expect(await problemsOf({ name: 'x', url: url(30), ...below })).toEqual(Object.keys(below).sort());
  });

  const problemsOf = async (input: object): Promise<string[]> => {
    const { result } = await api.ask(create, { input });
    return result.problems.map(({ path }: { path: string[] }) => path[1]).sort();
  };

  test('in filters, searches and lists of events', async () => {
    const { maxFilterEntries, maxSearchLength, maxEventsPerRequest } = await readLimits();
    const list = 'query ($filter: DeliveryFilter) { deliveries(first: 0, filter: $filter) { nodes { id } } }';
    const filters = (entries: number, length: number) => [
      { eventTypes: Array(entries).fill('a') },
      { search: 'x'.repeat(length) },
    ];
    for (const filter of filters(maxFilterEntries, maxSearchLength)) {
      expect(await api.ask(list, { filter })).toEqual({ deliveries: { nodes: [] } });
    }
    for (const filter of filters(maxFilterEntries + 1, maxSearchLength + 1)) {
      const { errors } = await api.send(list, { filter });
      expect(errors).toMatchObject([{ extensions: { argument: `filter.${Object.keys(filter)[0]}` } }]);
    }
    const publish = `mutation ($inputs: [PublishEventInput!]!) { result: publishEvents(inputs: $inputs) { __typename } }`;
    const inputs = Array(maxEventsPerRequest).fill({ type: 'a', payload: 1 });
    expect(await api.ask(publish, { inputs })).toEqual({ result: { __typename: 'PublishEventsSuccess' } });
    expect(await api.ask(publish, { inputs: [...inputs, inputs[0]] })).toEqual({
      result: { __typename: 'BadUserInputError' },
    });
  });
});
