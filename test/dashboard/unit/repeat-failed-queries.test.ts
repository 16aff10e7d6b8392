import { Client, type CombinedError, fetchExchange } from 'urql';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeQueryError, FailedQueries } from '../../../src/dashboard/api/repeat-failed-queries.ts';

const document = { hidden: false };
beforeEach(() => {
  vi.useFakeTimers();
  document.hidden = false;
  vi.stubGlobal('document', document);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const failed = (code: string) => ({ data: null, errors: [{ message: 'It failed.', extensions: { code } }] });

/** Opens a client whose requests get these responses one after the other. The last one is repeated. */
function openClient(...answers: object[]) {
  let requests = 0;
  const repeated: FailedQueries = new FailedQueries(() => client);
  const client: Client = new Client({
    url: 'http://dashboard.test/graphql',
    preferGetMethod: false,
    exchanges: [repeated.exchange, fetchExchange],
    fetch: async () => {
      const answer = answers[Math.min(requests, answers.length - 1)];
      requests += 1;
      return Response.json(answer, { headers: { 'content-type': 'application/json' } });
    },
  });
  return { client, repeated, requests: () => requests };
}

/** Subscribes to a query, and returns its latest result. */
function subscribe(client: Client) {
  let latest: { data?: unknown; error?: CombinedError | undefined } = {};
  const { unsubscribe } = client.query('{ name }', {}).subscribe(result => {
    latest = result;
  });
  return { unsubscribe, latest: () => latest };
}

it.each(['TIMEOUT', 'UNAVAILABLE', 'INTERNAL', 'RATE_LIMITED'])(
  'a query of the dashboard that failed with %s is repeated every 5 seconds until it succeeds',
  async code => {
    const { client, requests } = openClient(failed(code), failed(code), { data: { name: 'Shop' } });
    const { latest, unsubscribe } = subscribe(client);
    await vi.advanceTimersByTimeAsync(4_900);
    expect(requests()).toBe(1);
    expect(describeQueryError(latest().error as CombinedError)).toMatch(/ Retrying every 5 seconds\.$/);
    await vi.advanceTimersByTimeAsync(5_200);
    expect(requests()).toBe(3);
    expect(latest()).toMatchObject({ data: { name: 'Shop' }, error: undefined });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(requests()).toBe(3);
    unsubscribe();
  },
);

it('a query of the dashboard that the server rejected is not repeated', async () => {
  const { client, requests } = openClient(failed('FORBIDDEN'));
  const { latest, unsubscribe } = subscribe(client);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(requests()).toBe(1);
  expect(describeQueryError(latest().error as CombinedError)).toBe('It failed.');
  unsubscribe();
});

it('a failed query is not repeated after its component was removed, nor while the page is hidden', async () => {
  const { client, requests } = openClient(failed('UNAVAILABLE'));
  const { unsubscribe } = subscribe(client);
  await vi.advanceTimersByTimeAsync(100);
  document.hidden = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(requests()).toBe(1);
  document.hidden = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(requests()).toBe(2);
  unsubscribe();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(requests()).toBe(2);
});
