import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrismaClient } from '../../src/database/client.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { claim, countInFlight, describeInterrupted, settle } from '../../src/domain/delivery-state/index.ts';
import { updateEndpoint } from '../../src/domain/endpoints/update-endpoint.ts';
import { openScene, type Scene, until } from '../domain/scene.ts';
import { type Behaviour, respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';

function countOpen(delayMs: number): { readonly behaviour: Behaviour; most(): number } {
  let open = 0;
  let most = 0;
  return {
    behaviour: (_, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.writeHead(200).end();
      }, delayMs);
    },
    most: () => most,
  };
}

/** Returns a function like Prisma's `$executeRaw` that uses this connection. */
function asPrisma(client: PoolClient): PrismaClient['$executeRaw'] {
  const execute = async (query: TemplateStringsArray, ...values: unknown[]) => {
    const text = query.reduce((sql, part, index) => `${sql}$${index}${part}`);
    return (await client.query(text, values)).rowCount ?? 0;
  };
  return execute as unknown as PrismaClient['$executeRaw'];
}

describe('limits that apply across senders', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  const inFlight = async (uuid: string): Promise<number | null> => {
    const { rows } = await scene.services.pool.query(
      'SELECT in_flight FROM endpoint_in_flight WHERE endpoint_id = $1',
      [uuid],
    );
    return rows[0]?.in_flight ?? null;
  };

  it('maxConcurrency bounds the requests in flight of three senders together, and is fully used', async () => {
    const open = countOpen(50);
    await using receiver = await startReceiver(open.behaviour);
    const { id, uuid } = await scene.createEndpoint({ url: receiver.url, maxConcurrency: 3 });
    for (let index = 0; index < 60; index += 1) await scene.publish({ endpointIds: [id] });
    await using _first = scene.startSender();
    await using _second = scene.startSender();
    await using _third = scene.startSender();
    await receiver.waitFor(60);
    expect(open.most()).toBe(3);
    await until(async () => expect(await inFlight(uuid)).toBe(0));
  });

  it('the concurrency slots of a sender that died are free again once its leases have expired', async () => {
    await using receiver = await startReceiver(respond(200));
    const { id, uuid } = await scene.createEndpoint({
      url: receiver.url,
      maxConcurrency: 1,
      retryScheduleSeconds: [0],
    });
    const deliveryId = await scene.publishOne({ endpointIds: [id] });
    // Sets the state that a sender leaves if it is killed after its claim.
    await scene.services.pool.query(
      `UPDATE delivery_live SET status = 'PROCESSING', attempt_count = 1, version = 2, is_counted = true, lease_until = now() - interval '1 s'
       WHERE id = $1`,
      [deliveryId],
    );
    await scene.services.pool.query('UPDATE endpoint_in_flight SET in_flight = 1 WHERE endpoint_id = $1', [uuid]);
    await using _sender = scene.startSender();
    await scene.waitForStatus(deliveryId, 'SUCCEEDED');
    expect((await scene.readAttempts(deliveryId)).map(attempt => attempt.errorCode)).toEqual(['INTERRUPTED', null]);
    expect(await inFlight(uuid)).toBe(0);
  });

  it('the counter of requests in flight counts those already in flight when maxConcurrency is set, and nothing while there is no limit', async () => {
    const { promise: answering, resolve: answer } = Promise.withResolvers<void>();
    await using receiver = await startReceiver((_, response) => void answering.then(() => response.end()));
    const { id, uuid } = await scene.createEndpoint({ url: receiver.url });
    await using _sender = scene.startSender();
    for (let index = 0; index < 3; index += 1) await scene.publish({ endpointIds: [id] });
    await receiver.waitFor(3);
    expect(await inFlight(uuid)).toBe(0);
    await updateEndpoint(scene.ctx, id, { maxConcurrency: 2 });
    expect(await inFlight(uuid)).toBe(3);
    await updateEndpoint(scene.ctx, id, { maxConcurrency: null });
    await updateEndpoint(scene.ctx, id, { ordering: 'FIFO' });
    expect(await inFlight(uuid)).toBe(3);
    answer();
    await until(async () => expect(await inFlight(uuid)).toBe(0));
  });

  it('a limit that is switched on while the result of a counted request is being written subtracts this request again', async () => {
    const { id, uuid } = await scene.createEndpoint();
    const deliveryId = await scene.publishOne({ endpointIds: [id] });
    const { pool, limits, clock } = scene.services;
    const beginning = { after: null };
    const lanes = [{ endpointId: uuid, slots: 1, ...beginning }];
    const { claimed } = await claim(pool, lanes, limits.defaultTimeoutMs);
    const [item] = claimed;
    if (!item) throw new Error('nothing was claimed');
    const target = { name: 'Shop', url: 'x', scheduleSeconds: [] };
    const settlement = describeInterrupted({ claimed: item, target }, clock.now(), clock.now());
    // The result is written by a transaction that starts before the endpoint becomes FIFO. It waits for the lock on the
    // delivery, while the transaction that holds the lock counts the delivery as in flight.
    let settling: Promise<unknown> | undefined;
    await withTransaction(pool, async client => {
      await client.query('SELECT FROM delivery_live WHERE id = $1 FOR UPDATE', [deliveryId]);
      settling = settle(pool, [settlement]);
      await until(async () => {
        const waiting = await pool.query(
          "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        expect(waiting.rowCount).toBe(1);
      });
      await client.query("UPDATE endpoint SET ordering = 'FIFO' WHERE id = $1", [uuid]);
      await countInFlight({ $executeRaw: asPrisma(client) }, uuid);
    });
    await settling;
    expect(await scene.read(deliveryId)).toMatchObject({ status: 'RETRYING' });
    expect(await inFlight(uuid)).toBe(0);
  });
});
