import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { respond } from '../fixtures/behaviours.ts';
import { startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { findPgBouncer, startPgBouncer } from '../fixtures/pgbouncer.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { type ReceivedRequest, type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { startRedis } from '../fixtures/redis.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { connectTypedClient, type TypedClient } from '../fixtures/typed-client.ts';
import {
  createEndpoint,
  deliveryUpdated,
  publishEvent,
  readDelivery,
  readFeedCursor,
  replayDelivery,
  retryDelivery,
} from './operations.ts';

const pgBouncer = await findPgBouncer();
if (pgBouncer === null) console.warn('Skipped: no pgbouncer on this machine. Run: sudo apt-get install -y pgbouncer');

/** The main use of Livehook: embedded in one process, as separate processes with PostgreSQL and Redis, and behind PgBouncer. */
describe.each([
  { setup: 'embedded in one process', start: startEmbedded },
  { setup: 'as api and sender over PostgreSQL and Redis', start: startSeparate },
  ...(pgBouncer === null ? [] : [{ setup: 'as api and sender behind PgBouncer', start: startBehindPgBouncer }]),
])('Livehook does its main job when it runs $setup', ({ start }) => {
  const cleanup = new AsyncDisposableStack();
  let client: TypedClient;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = cleanup.use(await startReceiver(respond(200)));
    client = cleanup.use(connectTypedClient(await start(cleanup), testRootKey));
  });
  afterAll(() => cleanup.disposeAsync());

  it('a delivery is retried until it succeeds, subscribers get every transition, and each attempt is kept', async () => {
    receiver.play([
      respond(500, { body: 'out of order' }),
      respond(500, { body: 'out of order' }),
      respond(200, { body: 'thanks' }),
    ]);
    const { endpoint, secret } = await makeEndpoint('story', [0, 0]);
    // The subscription starts after this cursor, so it misses no update, however late it is ready.
    const { feedCursor } = await client.execute(readFeedCursor, {});
    const filter = { endpointIds: [endpoint.id] };
    const updates = await client.subscribe(deliveryUpdated, { filter, after: feedCursor });
    const payloadText = '{"amount": 12345678901234567890, "note": "as it is"}';
    const { event, deliveryId } = await publish({ type: 'payment.completed', payloadText, endpointIds: [endpoint.id] });

    const seen: string[] = [];
    while (seen.at(-1) !== 'SUCCEEDED') {
      const { deliveryUpdated: update } = await updates.next();
      expect(update.delivery.id).toBe(deliveryId);
      expect(update.delivery.version).toBe(seen.length + 1);
      expect(update.previousStatus).toBe(seen.at(-1) ?? null);
      expect(update.skipped).toBe(0);
      seen.push(update.status);
    }
    expect(seen).toEqual(['PENDING', 'PROCESSING', 'RETRYING', 'PROCESSING', 'RETRYING', 'PROCESSING', 'SUCCEEDED']);

    const delivery = await read(deliveryId);
    expect(delivery).toMatchObject({
      status: 'SUCCEEDED',
      attemptCount: 3,
      maxAttempts: 3,
      responseStatus: 200,
      error: null,
    });
    expect(delivery.attempts.map(attempt => attempt.response?.status)).toEqual([500, 500, 200]);
    expect(delivery.attempts.map(attempt => attempt.response?.body)).toEqual([
      'out of order',
      'out of order',
      'thanks',
    ]);
    expect(delivery.attempts.map(attempt => attempt.error?.code ?? null)).toEqual(['HTTP_STATUS', 'HTTP_STATUS', null]);

    const requests = requestsOf(deliveryId);
    expect(requests).toHaveLength(3);
    for (const [index, request] of requests.entries()) {
      expect(request.body.toString()).toBe(payloadText);
      expect(request.headers['webhook-id']).toBe(event.id);
      expect(request.headers['x-webhook-attempt']).toBe(String(index + 1));
      new Webhook(secret).verify(request.body.toString(), request.headers as Record<string, string>);
      expectStripeSignature(request, secret);
      const recorded = delivery.attempts[index]?.request;
      expect(recorded).toMatchObject({ method: 'POST', url: `${receiver.url}/story`, body: payloadText });
      expect(recorded?.headers).toContainEqual({
        name: 'webhook-signature',
        value: request.headers['webhook-signature'],
      });
    }
  });

  it('a replay creates a new delivery of the same event', async () => {
    receiver.play(respond(200));
    const { endpoint } = await makeEndpoint('replay', []);
    const { event, deliveryId } = await publish({
      type: 'order.shipped',
      payload: { order: 1 },
      endpointIds: [endpoint.id],
    });
    await settled(deliveryId, 'SUCCEEDED');

    const { replayDelivery: replay } = await client.execute(replayDelivery, { id: deliveryId });
    if (replay.__typename !== 'Delivery') throw new Error(replay.message);
    expect(replay).toMatchObject({
      status: 'PENDING',
      attemptCount: 0,
      event: { id: event.id },
      replayOf: { id: deliveryId },
    });
    expect(replay.id).not.toBe(deliveryId);
    await settled(replay.id, 'SUCCEEDED');
    expect(requestsOf(replay.id).map(request => request.headers['webhook-id'])).toEqual([event.id]);
    expect((await read(deliveryId)).replays).toEqual([{ id: replay.id }]);
  });

  it('retries stop when the retry schedule is used up, and a manual retry succeeds once the receiver works', async () => {
    receiver.play(respond(500));
    const { endpoint } = await makeEndpoint('repair', [0]);
    const { deliveryId } = await publish({ type: 'invoice.paid', payload: {}, endpointIds: [endpoint.id] });
    const failed = await settled(deliveryId, 'FAILED');
    expect(failed).toMatchObject({ failureReason: 'EXHAUSTED', attemptCount: 2, maxAttempts: 2, nextAttemptAt: null });
    expect(failed.failedAt).not.toBeNull();

    receiver.play(respond(200));
    const { retryDelivery: retry } = await client.execute(retryDelivery, { id: deliveryId });
    expect(retry).toMatchObject({ __typename: 'Delivery', id: deliveryId, status: 'PENDING', attemptCount: 2 });
    const repaired = await settled(deliveryId, 'SUCCEEDED');
    expect(repaired).toMatchObject({ attemptCount: 3, failureReason: null, failedAt: null });
    expect(repaired.attempts.map(attempt => attempt.trigger)).toEqual(['SCHEDULE', 'SCHEDULE', 'MANUAL']);
  });

  async function makeEndpoint(path: string, retryScheduleSeconds: number[]) {
    const { createEndpoint: result } = await client.execute(createEndpoint, {
      input: { name: path, url: `${receiver.url}/${path}`, retryScheduleSeconds },
    });
    if (result.__typename !== 'CreateEndpointSuccess') throw new Error(result.message);
    return result;
  }

  async function publish(input: { type: string; payload?: unknown; payloadText?: string; endpointIds: string[] }) {
    const { publishEvent: event } = await client.execute(publishEvent, { input });
    if (event.__typename !== 'Event') throw new Error(event.message);
    const deliveryId = event.deliveries.nodes[0]?.id;
    if (deliveryId === undefined) throw new Error('the event has no delivery');
    return { event, deliveryId };
  }

  async function read(id: string) {
    const { delivery } = await client.execute(readDelivery, { id });
    if (!delivery) throw new Error(`there is no delivery ${id}`);
    return delivery;
  }

  function settled(id: string, status: string) {
    return vi.waitFor(
      async () => {
        const delivery = await read(id);
        expect(delivery.status).toBe(status);
        return delivery;
      },
      { interval: 50 },
    );
  }

  function requestsOf(deliveryId: string): ReceivedRequest[] {
    return receiver.requests.filter(request => request.headers['x-webhook-delivery'] === deliveryId);
  }
});

function expectStripeSignature(request: ReceivedRequest, secret: string): void {
  const timestamp = request.headers['webhook-timestamp'];
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(request.body).digest('hex');
  expect(request.headers['x-webhook-signature']).toBe(`t=${timestamp},v1=${expected}`);
}

async function startEmbedded(cleanup: AsyncDisposableStack): Promise<string> {
  const livehook = cleanup.use(await startLivehook({ DATA_DIR: await makeTestDirectory('embedded') }));
  return livehook.url;
}

async function startSeparate(cleanup: AsyncDisposableStack): Promise<string> {
  const redis = cleanup.use(await startRedis());
  const database = cleanup.use(await createTestDatabase({ empty: true }));
  return startRoles(cleanup, database.connectionString, redis.url);
}

/** Both roles start at once on an empty database, and share ten PgBouncer sessions in transaction mode. */
async function startBehindPgBouncer(cleanup: AsyncDisposableStack): Promise<string> {
  const redis = cleanup.use(await startRedis());
  const database = cleanup.use(await createTestDatabase({ empty: true }));
  const { connectionString } = database;
  const { connectionString: url } = cleanup.use(
    await startPgBouncer(pgBouncer as string, connectionString, ['default_pool_size = 10']),
  );
  return startRoles(cleanup, url, redis.url);
}

async function startRoles(cleanup: AsyncDisposableStack, databaseUrl: string, redisUrl: string): Promise<string> {
  const shared = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
  const [api] = await Promise.all([
    startLivehook({ ...shared, ROLES: 'api' }),
    startLivehook({ ...shared, ROLES: 'sender,janitor' }).then(sender => cleanup.use(sender)),
  ]);
  return cleanup.use(api).url;
}
