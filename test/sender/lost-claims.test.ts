import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEncryption } from '../../src/database/encryption.ts';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { openScene, type Scene, until } from '../domain/scene.ts';
import { respond } from '../fixtures/behaviours.ts';
import { silentLog } from '../fixtures/postgres.ts';
import { startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Makes the named statement fail `times` times, on whichever connection of the pool it is sent. */
function failStatement(pool: Pool, name: string, times: number, makeError: () => Error): void {
  let left = times;
  pool.on('connect', (client: PoolClient) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const injectFault = (first: unknown, ...rest: unknown[]) => {
      if ((Object(first) as Partial<QueryConfig>).name !== name || left === 0) return query(first, ...rest);
      left -= 1;
      return Promise.reject(makeError());
    };
    Object.assign(client, { query: injectFault });
  });
}

it.each([
  ['the connection is lost', () => Object.assign(new Error('lost'), { code: '57P01' })],
  ['the statement is rejected', () => Object.assign(new Error('refused'), { code: '42501' })],
])('the sender releases a claim if it cannot read the endpoint because %s', async (_what, makeError) => {
  await using receiver = await startReceiver(respond(200));
  const endpoint = await scene.createEndpoint({ url: receiver.url, timeoutMs: 60_000 });
  const inputs = Array.from({ length: 20 }, () => ({ type: 'a', payloadText: '0', endpointIds: [endpoint.id] }));
  await publishEvents(scene.ctx, inputs, 'inputs');
  await using sender = scene.startSender();
  failStatement(sender.pool, 'target-read', 1, makeError);
  await receiver.waitFor(20);
  const { rows } = await until(async () => {
    const found = await scene.services.pool.query(
      `SELECT d.status, a.number, a.error_code AS "errorCode" FROM delivery d JOIN attempt a ON a.delivery_id = d.id
       WHERE d.endpoint_id = $1`,
      [endpoint.uuid],
    );
    expect(found.rowCount).toBe(20);
    return found;
  });
  expect(rows).toEqual(Array(20).fill({ status: 'SUCCEEDED', number: 1, errorCode: null }));
});

it('a delivery of an endpoint whose secrets were encrypted with another key is retried on its schedule, and its attempts record the reason', async () => {
  await using receiver = await startReceiver(respond(200));
  const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [3600] });
  const last = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [] });
  const id = await scene.publishOne({ endpointIds: [endpoint.id] });
  const finalId = await scene.publishOne({ endpointIds: [last.id] });
  await using _ = scene.startSender({ encryption: createEncryption(randomBytes(32)) });
  expect(await scene.waitForStatus(id, 'RETRYING')).toMatchObject({ attemptCount: 1, errorCode: 'DECRYPTION' });
  expect(await scene.waitForStatus(finalId, 'FAILED')).toMatchObject({ failureReason: 'EXHAUSTED' });
  const [attempt] = await scene.readAttempts(id);
  expect(attempt).toMatchObject({ errorCode: 'DECRYPTION', requestUrl: null, durationMs: 0 });
  expect(attempt?.errorMessage).toMatch(/ENCRYPTION_KEY/);
  expect(receiver.requests).toEqual([]);
  const health = await scene.services.pool.query('SELECT FROM endpoint_health');
  expect(health.rowCount).toBe(0);
});

it('the sender does not treat an error while it announces a result as a lost lease, and processes the other results', async () => {
  await using receiver = await startReceiver(respond(503, { headers: { 'retry-after': '600' } }));
  const logged: string[] = [];
  const note = (_context: object, message: string) => void logged.push(message);
  const broken = await scene.createEndpoint({ url: receiver.url });
  const paused = await scene.createEndpoint({ url: receiver.url });
  const announcer = {
    ...scene.services.announcer,
    announce: () => {
      throw new Error('a bug');
    },
  };
  const id = await scene.publishOne({ endpointIds: [broken.id] });
  await scene.publish({ endpointIds: [paused.id] });
  await using _ = scene.startSender({ announcer, log: { ...silentLog, warn: note, error: note } as typeof silentLog });
  await until(async () => {
    const { rows } = await scene.services.pool.query('SELECT count(*)::int FROM endpoint WHERE hold_until > now()');
    expect(rows[0].count).toBe(2);
  });
  expect(await scene.readAttempts(id)).toHaveLength(1);
  expect(logged.filter(message => message.includes('lease was lost'))).toEqual([]);
  expect(logged).toContain('the reaction to a written result failed; the result itself is kept');
});
