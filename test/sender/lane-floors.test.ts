import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { newUuid } from '../../src/ids.ts';
import { type FoundLane, findLanes, readLanesBound } from '../../src/sender/find-lanes.ts';
import { LaneFloors } from '../../src/sender/lane-floors.ts';
import { openScene, type Scene, type SceneEndpoint, until } from '../domain/scene.ts';
import { respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { defaultTenantId } from '../fixtures/seed-deliveries.ts';

const recheckMs = 3_600_000;
const keptMs = 900_000;

const found = (fields: Partial<FoundLane> = {}): FoundLane => ({
  endpointId: 'e',
  tenantId: 't',
  isDue: false,
  firstDueMs: null,
  ...fields,
});

/** One poll. @returns from where it looked. */
function look(floors: LaneFloors, lanes: readonly FoundLane[], boundMs: number, nowMs = 0): number | undefined {
  const known = floors.listKnown(nowMs);
  floors.note(known, lanes, boundMs, nowMs);
  return known.find(({ endpointId }) => endpointId === 'e')?.floorMs;
}

describe('the floor of a lane', () => {
  it('is its beginning, until it was looked at', () => {
    expect(new LaneFloors().use('e', 0)).toBe(0);
  });

  it('is the first that was there, but no later than what was not to be seen', () => {
    const floors = new LaneFloors();
    look(floors, [found({ firstDueMs: 50_000 })], 85_000);
    expect(floors.use('e', 0)).toBe(50_000);
    expect(look(floors, [found({ firstDueMs: 99_000 })], 86_000)).toBe(50_000);
    expect(floors.use('e', 0)).toBe(86_000);
    look(floors, [found()], 87_000);
    expect(floors.use('e', 0)).toBe(87_000);
  });

  it('goes back where the bound does', () => {
    const floors = new LaneFloors();
    look(floors, [found()], 85_000);
    look(floors, [found()], 20_000);
    expect(floors.use('e', 0)).toBe(20_000);
  });

  it('is not trusted for ever: within an hour the lane is looked at from its beginning', () => {
    const floors = new LaneFloors();
    look(floors, [found()], 85_000);
    const due = found({ isDue: true });
    let sinceMs = 0;
    const checks: number[] = [];
    for (let nowMs = 0; nowMs <= 3 * recheckMs; nowMs += 60_000) {
      if (look(floors, [due], 85_000, nowMs) !== 0) continue;
      checks.push(nowMs - sinceMs);
      sinceMs = nowMs;
    }
    expect(checks.length).toBeGreaterThan(1);
    for (const afterMs of checks) expect(afterMs).toBeLessThanOrEqual(recheckMs + 60_000);
    look(floors, [found({ firstDueMs: 1000 })], 85_000, sinceMs);
    expect(floors.use('e', sinceMs)).toBe(1000);
  });

  it('is checked at another time than the others', () => {
    const floors = new LaneFloors();
    const lanes = Array.from({ length: 1000 }, (_, index) => found({ endpointId: `${index}`, isDue: true }));
    for (let nowMs = 0; nowMs < recheckMs * 0.75; nowMs += keptMs) floors.note([], lanes, 85_000, nowMs);
    const checked = floors.listKnown(recheckMs * 0.75).filter(({ floorMs }) => floorMs === 0);
    expect(checked.length).toBeGreaterThan(350);
    expect(checked.length).toBeLessThan(650);
  });

  it('is kept while the lane is used, and forgotten with its endpoint', () => {
    const floors = new LaneFloors();
    look(floors, [found(), found({ endpointId: 'f' })], 85_000);
    floors.use('e', 1);
    look(floors, [found(), found({ endpointId: 'f' })], 85_000, 1);
    expect(floors.listKnown(keptMs + 1).map(({ endpointId }) => endpointId)).toEqual(['e']);
    look(floors, [], 85_000, 2);
    expect(floors.use('e', 2)).toBe(0);
  });

  it('is not that of before when the database may not be that of before', () => {
    const floors = new LaneFloors();
    look(floors, [found()], 85_000);
    floors.forgetAll();
    expect(floors.use('e', 0)).toBe(0);
  });

  it('is forgotten when the server is another one, or its clock was set back', () => {
    const bound = { boundMs: 85_000, nowMs: 100_000, server: 'one' };
    for (const [next, kept] of [
      [{ ...bound, nowMs: 105_000 }, true],
      [{ ...bound, nowMs: 103_000 }, false],
      [{ ...bound, nowMs: 105_000, server: 'another' }, false],
    ] as const) {
      const floors = new LaneFloors();
      floors.noteDatabase(bound, 0);
      look(floors, [found()], 85_000);
      floors.noteDatabase(next, 5000);
      expect(floors.use('e', 0)).toBe(kept ? 85_000 : 0);
    }
  });

  it('is not set by a look that began before it was forgotten', () => {
    const floors = new LaneFloors();
    look(floors, [found()], 85_000);
    const known = floors.listKnown(0);
    floors.forgetAll();
    floors.note(known, [found()], 86_000, 0);
    expect(floors.use('e', 0)).toBe(0);
  });

  it('comes in the order of the ids, as the search takes it', () => {
    const floors = new LaneFloors();
    floors.note(
      [],
      ['b', 'c', 'a'].map(endpointId => found({ endpointId })),
      85_000,
      0,
    );
    expect(floors.listKnown(0).map(({ endpointId }) => endpointId)).toEqual(['a', 'b', 'c']);
  });
});

describe('in a database', () => {
  let scene: Scene;
  let endpoint: SceneEndpoint;
  beforeAll(async () => {
    scene = await openScene();
  });
  afterAll(() => scene[Symbol.asyncDispose]());
  beforeEach(async () => {
    endpoint = await scene.createEndpoint();
  });

  /** Polls as a sender does, but for the margin. @returns what was found of the endpoint. */
  async function poll(floors: LaneFloors): Promise<FoundLane | undefined> {
    const { pool } = scene.services;
    const { boundMs } = await readLanesBound(pool, 0);
    const known = floors.listKnown(performance.now());
    const lanes = await findLanes(pool, known);
    floors.note(known, lanes, boundMs, performance.now());
    return lanes.find(lane => lane.endpointId === endpoint.uuid);
  }

  const readFloor = (floors: LaneFloors) => floors.use(endpoint.uuid, performance.now());

  it('stays at what is there, until that is gone; then it comes up to the present', async () => {
    const floors = new LaneFloors();
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    const first = await poll(floors);
    expect(first).toMatchObject({ isDue: true, firstDueMs: expect.any(Number) });
    expect(readFloor(floors)).toBeLessThanOrEqual(first?.firstDueMs as number);
    await scene.services.pool.query("UPDATE delivery_live SET due_at = now() - interval '1 hour' WHERE id = $1", [id]);
    floors.forgetAll();
    expect(await poll(floors)).toMatchObject({ isDue: true });
    expect(readFloor(floors)).toBeLessThan(Date.now() - 3_500_000);
    expect(await poll(floors)).toMatchObject({ isDue: true });
    await scene.services.pool.query('DELETE FROM delivery_live WHERE id = $1', [id]);
    await until(async () => {
      expect(await poll(floors)).toMatchObject({ isDue: false, firstDueMs: null });
      expect(readFloor(floors)).toBeGreaterThan(Date.now() - 1000);
    });
  });

  it.each([
    ['has put in that has not ended', true],
    ['will put in that has only begun', false],
  ])('does not pass what a transaction %s, however long ago it began', async (_, putsInFirst) => {
    const floors = new LaneFloors();
    await scene.publishOne({ endpointIds: [endpoint.id] });
    await poll(floors);
    await scene.services.pool.query('DELETE FROM delivery_live WHERE endpoint_id = $1', [endpoint.uuid]);
    const client = await scene.services.pool.connect();
    try {
      await client.query('BEGIN');
      // Whoever writes deliveries is known by its lock; of the application's own, also those that have not yet.
      await client.query(`SET LOCAL application_name = '${putsInFirst ? 'another' : 'livehook-test'}'`);
      const { rows } = await client.query<{ beganMs: number }>(`SELECT date_part('epoch', now()) * 1000 AS "beganMs"`);
      const putIn = () =>
        client.query(
          `INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, due_at, updated_at, status, max_attempts,
             live, is_test, event_type)
           VALUES ($3, $2, $1, $3, date_trunc('milliseconds', now()), now(), 'PENDING', 10, true, false, 'a')`,
          [endpoint.uuid, defaultTenantId, newUuid(Date.now())],
        );
      if (putsInFirst) await putIn();
      const startedMs = performance.now();
      do {
        expect(await poll(floors)).toMatchObject({ isDue: false });
        expect(readFloor(floors)).toBeLessThanOrEqual(rows[0]?.beganMs as number);
      } while (performance.now() - startedMs < 200);
      if (!putsInFirst) await putIn();
      await client.query('COMMIT');
    } finally {
      client.release(true);
    }
    expect(await poll(floors)).toMatchObject({ isDue: true });
  });

  it('is not needed to find a lane between others that are known', async () => {
    const others = await Promise.all(Array.from({ length: 5 }, () => scene.createEndpoint()));
    const all = [...others, endpoint].sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
    for (const { id } of all) await scene.publishOne({ endpointIds: [id] });
    for (let place = 0; place < all.length; place += 1) {
      const known = all.filter((_, index) => index !== place && index % 2 === 0);
      const lanes = await findLanes(
        scene.services.pool,
        known.map(({ uuid }) => ({ endpointId: uuid, floorMs: 0 })),
      );
      const uuids = lanes.filter(({ isDue }) => isDue).map(({ endpointId }) => endpointId);
      expect(uuids.filter(uuid => all.some(each => each.uuid === uuid)).sort()).toEqual(all.map(({ uuid }) => uuid));
    }
  });

  it('a lease that runs out behind the place that a busy lane has got to is found by the next poll', async () => {
    const count = 3000;
    await using receiver = await startReceiver(respond(200, { delayMs: 10 }));
    endpoint = await scene.createEndpoint({ url: receiver.url });
    for (let done = 0; done < count; done += 1000) {
      const input = { type: 'a', payloadText: '0', endpointIds: [endpoint.id] };
      await publishEvents(scene.ctx, Array<typeof input>(1000).fill(input), 'inputs');
    }
    const late = await scene.publishOne({ endpointIds: [endpoint.id] });
    await scene.services.pool.query(
      `UPDATE delivery_live SET due_at = now() - interval '1 hour', status = 'PROCESSING', attempt_count = 1,
         lease_until = now() + interval '2 seconds' WHERE id = $1`,
      [late],
    );
    await using _ = scene.startSender({ endpointConcurrency: 4 });
    await until(async () => {
      expect(await scene.readAttempts(late)).toMatchObject([{ errorCode: 'INTERRUPTED' }]);
    });
    expect(receiver.requests.length).toBeGreaterThan(100);
    expect(receiver.requests.length).toBeLessThan(count);
  });
});
