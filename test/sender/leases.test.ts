import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decideNextStep } from '../../src/delivery.ts';
import {
  type ClaimedDelivery,
  claim,
  describeInterrupted,
  release,
  type Settlement,
  settle,
} from '../../src/domain/delivery-state/index.ts';
import { sendTestEvent } from '../../src/domain/endpoints/send-test-event.ts';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { openScene, type Scene, type SceneEndpoint } from '../domain/scene.ts';
import { type Behaviour, respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
let endpoint: SceneEndpoint;
beforeAll(async () => {
  scene = await openScene();
});
beforeEach(async () => {
  endpoint = await scene.createEndpoint({ retryScheduleSeconds: [3600, 7200] });
});
afterAll(() => scene[Symbol.asyncDispose]());

const scheduleSeconds = [3600, 7200];
const beginning = { after: null };

/** Claims one delivery as a sender does. */
async function claimOne(): Promise<ClaimedDelivery> {
  const { claimed } = await claim(
    scene.services.pool,
    [{ endpointId: endpoint.uuid, slots: 10, ...beginning }],
    10_000,
  );
  const [item] = claimed;
  if (!item || claimed.length > 1) throw new Error(`${claimed.length} deliveries were claimed`);
  return item;
}

const claimNothing = async () =>
  expect(
    await claim(scene.services.pool, [{ endpointId: endpoint.uuid, slots: 10, ...beginning }], 10_000),
  ).toMatchObject({
    claimed: [],
  });

const expireLease = (id: string) =>
  scene.services.pool.query("UPDATE delivery_live SET lease_until = now() - interval '1 s' WHERE id = $1", [id]);

/** Locks the in-flight counter of the endpoint while `run` runs, as the claim of another sender does. */
async function whileCounterIsHeld(run: () => Promise<void>): Promise<void> {
  const client = await scene.services.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT FROM endpoint_in_flight WHERE endpoint_id = $1 FOR UPDATE', [endpoint.uuid]);
    await run();
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

/** Creates the result of an attempt as a sender writes it. */
function answer({ delivery, trigger, scheduleStep, interruptions }: ClaimedDelivery, status: number): Settlement {
  const state = { attemptNumber: delivery.attemptCount, scheduleStep, interruptions, scheduleSeconds };
  const nowMs = scene.services.clock.now();
  return {
    claimed: delivery,
    endpointName: 'Shop',
    endpointUrl: 'http://127.0.0.1:9/',
    attempt: {
      ...{ trigger, startedAt: nowMs, durationMs: 5, queueMs: 0 },
      timings: { dnsMs: 0, connectMs: 0, tlsMs: null, firstByteMs: 4 },
      request: { method: 'POST', url: 'http://127.0.0.1:9/', headersJson: '[]', body: null, isSent: true },
      response: { status, headersJson: '[]', body: null, excerpt: null, bodyTruncated: false },
      error: status === 200 ? null : { code: 'HTTP_STATUS', message: `HTTP ${status}` },
    },
    next: decideNextStep({ kind: 'response', status, retryAfter: null }, state, nowMs, 0.5),
  };
}

function interrupt(item: ClaimedDelivery): Settlement {
  const target = { name: 'Shop', url: 'x', scheduleSeconds };
  return describeInterrupted({ claimed: item, target }, item.claimedAtMs, scene.services.clock.now());
}

const settleAll = async (...settlements: Settlement[]) =>
  (await settle(scene.services.pool, settlements)).transitions.map(transition => transition.delivery.status);

const readCodes = async (id: string) =>
  (await scene.readAttempts(id)).map(({ number, errorCode }) => [number, errorCode] as const);

describe('a lease', () => {
  it('lasts for the timeout of the request and a margin, by the clock of the database', async () => {
    endpoint = await scene.createEndpoint({ timeoutMs: 1500 });
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    await claimOne();
    const { rows } = await scene.services.pool.query(
      'SELECT extract(epoch FROM lease_until - updated_at)::float8 AS seconds FROM delivery_live WHERE id = $1',
      [id],
    );
    expect(rows[0].seconds).toBeCloseTo(11.5, 1);
  });

  it('keeps other senders from claiming the delivery, and its attempt number can be reused until the request starts', async () => {
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    const item = await claimOne();
    expect(item).toMatchObject({ isInterrupted: false, previousStatus: 'PENDING' });
    expect(await scene.read(id)).toMatchObject({
      status: 'PROCESSING',
      attemptCount: 1,
      version: 2,
      nextAttemptAt: null,
    });
    await claimNothing();
  });

  it('is given to only one of 10 senders that claim at once', async () => {
    for (let count = 0; count < 50; count += 1) await scene.publish({ endpointIds: [endpoint.id] });
    const claims = await Promise.all(
      Array.from({ length: 10 }, () =>
        claim(scene.services.pool, [{ endpointId: endpoint.uuid, slots: 50, ...beginning }], 10_000),
      ),
    );
    const ids = claims.flatMap(({ claimed }) => claimed.map(item => item.delivery.id));
    expect(new Set(ids).size).toBe(50);
    expect(ids).toHaveLength(50);
  });
});

describe('a lease that has expired', () => {
  it('makes the delivery due again, with an INTERRUPTED attempt, and uses no step of the retry schedule', async () => {
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    const lost = await claimOne();
    await expireLease(id);
    const taken = await claimOne();
    expect(taken).toMatchObject({ isInterrupted: true, claimedAtMs: lost.claimedAtMs });
    expect(taken.delivery).toMatchObject({ attemptCount: 1, version: lost.delivery.version });
    expect(await settleAll(interrupt(taken))).toEqual(['RETRYING']);
    const after = await scene.read(id);
    expect(after).toMatchObject({ status: 'RETRYING', attemptCount: 1, maxAttempts: 4, errorCode: 'INTERRUPTED' });
    expect(after.nextAttemptAt).toBeLessThanOrEqual(scene.services.clock.now() + 1000);
    expect(await scene.readAttempts(id)).toMatchObject([
      { number: 1, errorCode: 'INTERRUPTED', durationMs: 0, requestMethod: null, responseStatus: null },
    ]);
    expect((await claimOne()).delivery.attemptCount).toBe(2);
  });

  it('makes the sender discard a late result, whatever the result is and whatever has happened since', async () => {
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    const lost = await claimOne();
    await expireLease(id);
    await settleAll(interrupt(await claimOne()));
    const late = [answer(lost, 200), answer(lost, 500), answer(lost, 410)];
    for (const result of late) expect(await settleAll(result)).toEqual([]);
    const second = await claimOne();
    for (const result of late) expect(await settleAll(result)).toEqual([]);
    expect(await scene.read(id)).toMatchObject({ status: 'PROCESSING', attemptCount: 2 });
    expect(await settleAll(answer(second, 500))).toEqual(['RETRYING']);
    for (const result of late) expect(await settleAll(result)).toEqual([]);
    expect(await readCodes(id)).toEqual([
      [1, 'INTERRUPTED'],
      [2, 'HTTP_STATUS'],
    ]);
  });

  it('is recorded as one INTERRUPTED attempt if two senders take over the delivery', async () => {
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    await claimOne();
    await expireLease(id);
    const first = await claimOne();
    await expireLease(id);
    const second = await claimOne();
    const settled = await Promise.all([settleAll(interrupt(first)), settleAll(interrupt(second))]);
    expect(settled.flat()).toEqual(['RETRYING']);
    expect(await readCodes(id)).toEqual([[1, 'INTERRUPTED']]);
  });

  it('does not prevent its owner from writing the result before another sender takes over the delivery', async () => {
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    const lost = await claimOne();
    await expireLease(id);
    const taken = await claimOne();
    expect(await settleAll(answer(lost, 200))).toEqual(['SUCCEEDED']);
    expect(await settleAll(interrupt(taken))).toEqual([]);
    expect(await readCodes(id)).toEqual([[1, null]]);
  });

  it('counts as a failed attempt if the attempt is the third interrupted one in a row', async () => {
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    for (let round = 0; round < 3; round += 1) {
      await claimOne();
      await expireLease(id);
      await settleAll(interrupt(await claimOne()));
    }
    const after = await scene.read(id);
    expect(after).toMatchObject({ status: 'RETRYING', attemptCount: 3, maxAttempts: 5 });
    expect(after.nextAttemptAt).toBeGreaterThan(scene.services.clock.now() + 3_000_000);
  });

  it('makes the delivery FAILED once its interrupted attempts have used up the retry schedule', async () => {
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    for (let round = 0; round < 9; round += 1) {
      await scene.services.pool.query("UPDATE delivery_live SET due_at = now() - interval '1 s' WHERE id = $1", [id]);
      await claimOne();
      await expireLease(id);
      await settleAll(interrupt(await claimOne()));
    }
    expect(await scene.read(id)).toMatchObject({ status: 'FAILED', failureReason: 'EXHAUSTED', attemptCount: 9 });
  });
});

describe('the release of a claimed delivery', () => {
  it('frees its attempt number and makes it due at once', async () => {
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    const item = await claimOne();
    const released = await release(scene.services.pool, [{ claimed: item, target: { name: 'Shop', url: 'x' } }]);
    const after = await scene.read(id);
    expect(after).toMatchObject({ status: 'RETRYING', attemptCount: 0, maxAttempts: 3, version: 3 });
    expect(released.transitions[0]?.delivery).toEqual(after);
    expect((await claimOne()).delivery.attemptCount).toBe(1);
    expect(await scene.readAttempts(id)).toEqual([]);
  });

  it('does not release a later claim with the same attempt number if it is repeated', async () => {
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    const items = [{ claimed: await claimOne(), target: { name: 'Shop', url: 'x' } }];
    await release(scene.services.pool, items);
    expect((await claimOne()).delivery.attemptCount).toBe(1);
    const claimed = await scene.read(id);
    expect((await release(scene.services.pool, items)).transitions).toEqual([]);
    expect(await scene.read(id)).toEqual(claimed);
  });

  it('changes nothing once the lease has expired and its attempt was recorded', async () => {
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    const lost = await claimOne();
    await expireLease(id);
    await settleAll(interrupt(await claimOne()));
    const before = await scene.read(id);
    expect(
      (await release(scene.services.pool, [{ claimed: lost, target: { name: 'Shop', url: 'x' } }])).transitions,
    ).toEqual([]);
    expect(await scene.read(id)).toEqual(before);
  });
});

describe('two senders on one database', () => {
  it('record the lost attempt of the first one as INTERRUPTED and send the delivery again, and the late 200 of the first one changes nothing', async () => {
    const { promise: answering, resolve: answerFirst } = Promise.withResolvers<void>();
    const held: Behaviour = (_request, response) => void answering.then(() => response.end('late'));
    await using receiver = await startReceiver([held, respond(500)]);
    const slow = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [3600] });
    const id = await scene.publishOne({ endpointIds: [slow.id] });
    const first = scene.startSender();
    await receiver.waitFor(1);
    await using _ = scene.startSender();
    await expireLease(id);
    await receiver.waitFor(2);
    answerFirst();
    await first.drain(AbortSignal.timeout(20_000));
    const after = await scene.waitForStatus(id, 'RETRYING');
    expect(after).toMatchObject({ attemptCount: 2, responseStatus: 500, maxAttempts: 3 });
    expect(await readCodes(id)).toEqual([
      [1, 'INTERRUPTED'],
      [2, 'HTTP_STATUS'],
    ]);
    expect(receiver.requests.map(request => request.headers['webhook-id'])).toEqual(
      Array.from({ length: 2 }, () => receiver.requests[0]?.headers['webhook-id']),
    );
  });

  it('share the deliveries and claim none of them twice', async () => {
    const seen = new Set<string | undefined>();
    const { promise: bothSend, resolve: answerAll } = Promise.withResolvers<void>();
    // The receiver responds only after both senders have sent a request. Otherwise one sender could finish all
    // deliveries before the other starts.
    const behaviour: Behaviour = ({ headers }, response) => {
      if (seen.add(headers['user-agent']).size === 2) answerAll();
      void bothSend.then(() => response.end());
    };
    await using receiver = await startReceiver(behaviour);
    const busy = await scene.createEndpoint({ url: receiver.url });
    const inputs = Array.from({ length: 300 }, () => ({ type: 'a', payloadText: '0', endpointIds: [busy.id] }));
    await publishEvents(scene.ctx, inputs, 'inputs');
    await using _first = scene.startSender({ userAgent: 'first' });
    await using _second = scene.startSender({ userAgent: 'second' });
    await receiver.waitFor(300);
    await expect
      .poll(() => scene.services.pool.query('SELECT FROM delivery_live WHERE endpoint_id = $1', [busy.uuid]))
      .toMatchObject({
        rowCount: 0,
      });
    expect(new Set(receiver.requests.map(request => request.headers['webhook-id'])).size).toBe(300);
    expect(receiver.requests).toHaveLength(300);
    expect(new Set(receiver.requests.map(request => request.headers['user-agent']))).toEqual(
      new Set(['first', 'second']),
    );
  });
});

it('no delivery of an endpoint with ordering FIFO is claimed while another claim locks its counter, not even a test event', async () => {
  endpoint = await scene.createEndpoint({ ordering: 'FIFO' });
  await scene.publish({ endpointIds: [endpoint.id] });
  await sendTestEvent(scene.ctx, endpoint.id, null, null);
  await whileCounterIsHeld(claimNothing);
  const { claimed } = await claim(
    scene.services.pool,
    [{ endpointId: endpoint.uuid, slots: 10, ...beginning }],
    10_000,
  );
  expect(claimed).not.toEqual([]);
});
