import { expect, it, vi } from 'vitest';
import { hang, respond } from '../fixtures/behaviours.ts';
import { startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { connectTypedClient } from '../fixtures/typed-client.ts';
import { createEndpoint, listDeliveries, publishEvents } from './operations.ts';

const count = 200;

it('Livehook loses no delivery when its process is killed with 200 requests in flight, and shows the interrupted attempts', async () => {
  await using receiver = await startReceiver(hang());
  const environment = {
    DATA_DIR: await makeTestDirectory('crash'),
    ENDPOINT_CONCURRENCY: String(count),
    // The timeout is short, because the test waits until the lease expires, ten seconds after this timeout.
    DELIVERY_TIMEOUT_MS: '6000',
  };
  const first = await startLivehook(environment);
  {
    await using client = connectTypedClient(first.url, testRootKey);
    const { createEndpoint: created } = await client.execute(createEndpoint, {
      input: { name: 'crash', url: receiver.url, retryScheduleSeconds: [0, 0, 0] },
    });
    expect(created.__typename).toBe('CreateEndpointSuccess');
    const inputs = Array.from({ length: count }, (_, index) => ({ type: 'crash.test', payload: { index } }));
    const { publishEvents: published } = await client.execute(publishEvents, { inputs });
    expect(published.__typename).toBe('PublishEventsSuccess');
    await receiver.waitFor(count);
  }
  await first.stop('SIGKILL');

  receiver.play(respond(200));
  await using second = await startLivehook(environment);
  await using client = connectTypedClient(second.url, testRootKey);
  const deliveries = await vi.waitFor(
    async () => {
      const nodes = await readAll();
      expect(nodes.filter(node => node.status === 'SUCCEEDED')).toHaveLength(count);
      return nodes;
    },
    { timeout: 90_000, interval: 500 },
  );

  for (const { attemptCount, attempts } of deliveries) {
    expect(attemptCount).toBe(2);
    expect(attempts.map(attempt => attempt.error?.code ?? null)).toEqual(['INTERRUPTED', null]);
  }
  const perEvent = Map.groupBy(receiver.requests, request => request.headers['webhook-id']);
  expect(perEvent.size).toBe(count);
  for (const requests of perEvent.values()) expect(requests).toHaveLength(2);

  async function readAll() {
    const nodes = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof readPage>> = await readPage(after);
      nodes.push(...page.nodes);
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
    } while (after !== null);
    return nodes;
  }

  async function readPage(after: string | null) {
    const { deliveries } = await client.execute(listDeliveries, { first: 100, after });
    return deliveries;
  }
}, 180_000);
