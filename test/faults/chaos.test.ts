import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFailed, vi } from 'vitest';
import { formatId } from '../../src/ids.ts';
import type { LivehookProcess } from '../fixtures/livehook-process.ts';
import { type PostgresServer, startPostgresServer } from '../fixtures/postgres-server.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { failFirstAttempts } from './answers.ts';
import { startLoad } from './load.ts';
import { ask, createEndpoint, type System, startSystem } from './system.ts';
import { openWatcher } from './watcher.ts';

/** How long each case breaks things, and the seed of what it breaks when. */
const chaosSeconds = Number(process.env.CHAOS_SECONDS ?? 20);
const seed = Number(process.env.CHAOS_SEED ?? 33);
const watcherCount = 6;
const settleMs = 90_000;

describe('every subscriber is told each version of each delivery once and in order', () => {
  it.each([
    { what: 'senders, apis and PostgreSQL are killed, stopped and cut off in turn', losesRedis: false },
    { what: 'Redis is killed as well, and comes back empty', losesRedis: true },
  ])(
    'while $what',
    async ({ losesRedis }) => {
      onTestFailed(() => console.error(`CHAOS_SEED=${seed} CHAOS_SECONDS=${chaosSeconds}`));
      await using postgres = await startPostgresServer();
      const environment = {
        STATEMENT_TIMEOUT_MS: '1000',
        DELIVERY_TIMEOUT_MS: '1000',
        RETRY_SCHEDULE_SECONDS: '1,1,1',
      };
      await using system = await startSystem({ environment, database: postgres });
      await using receiver = await startReceiver(failFirstAttempts);
      const stage = await openStage(system, postgres);
      const urls = () => stage.apis.map(api => api.url);
      await createEndpoint(urls()[0] ?? '', { url: receiver.url });
      const { feedCursor } = await ask(urls()[0] ?? '', '{ feedCursor }');

      const random = createRandom(seed);
      await using watching = new AsyncDisposableStack();
      const watchers = Array.from({ length: watcherCount }, (_, index) => {
        const own = createRandom(seed + 1 + index);
        return watching.use(openWatcher(urls, feedCursor, () => 200 + own() * 3_000));
      });
      await using load = startLoad(urls);
      const untilMs = performance.now() + chaosSeconds * 1000;
      const faults = losesRedis ? [...stage.faults, stage.killRedis] : stage.faults;
      for (let turn = 0; performance.now() < untilMs; turn += 1) {
        // Each fault in turn, then the order is drawn.
        const fault = turn < faults.length ? faults[turn] : faults[Math.floor(random() * faults.length)];
        await fault?.(random);
        await delay(random() * 1_000);
      }
      await load.stop();

      const truth = await readQuietVersions(postgres);
      await vi.waitFor(
        () => {
          for (const watcher of watchers) expect(new Map(watcher.versions)).toEqual(truth);
        },
        { timeout: settleMs, interval: 500 },
      );
      for (const watcher of watchers) {
        expect(watcher.problems).toEqual([]);
        expect(watcher.resumes).toBeGreaterThan(2);
        if (losesRedis) expect(watcher.relists).toBeGreaterThan(0);
        else expect(watcher.relists).toBe(0);
      }
      expect(load.problems).toEqual([]);
    },
    chaosSeconds * 2_000 + 2 * settleMs,
  );
});

type Fault = (random: () => number) => Promise<void>;

interface Stage {
  readonly apis: readonly LivehookProcess[];
  readonly faults: readonly Fault[];
  readonly killRedis: Fault;
}

/** Two apis and two senders, each of which a fault replaces. */
async function openStage(system: System, postgres: PostgresServer): Promise<Stage> {
  const apis = await Promise.all([system.start('api,janitor'), system.start('api')]);
  const senders = await Promise.all([system.start('sender'), system.start('sender')]);
  const pick = (list: readonly unknown[], random: () => number) => Math.floor(random() * list.length);

  const replace = async (list: LivehookProcess[], roles: string, random: () => number) => {
    const index = pick(list, random);
    await list[index]?.stop('SIGKILL');
    list[index] = await system.start(roles);
  };
  const freeze = async (list: readonly LivehookProcess[], random: () => number) => {
    const { pid } = list[pick(list, random)] as LivehookProcess;
    process.kill(pid, 'SIGSTOP');
    await delay(500 + random() * 2_500);
    process.kill(pid, 'SIGCONT');
  };
  const onRedis = async (...command: [string, ...string[]]) => {
    const redis = new Redis(system.redis.url);
    await redis.call(...command).finally(() => redis.disconnect());
  };
  return {
    apis,
    faults: [
      random => replace(senders, 'sender', random),
      random => replace(apis, 'api,janitor', random),
      () => postgres.restart('immediate'),
      random => freeze(senders, random),
      () => onRedis('CLIENT', 'PAUSE', '2000', 'ALL'),
      random => freeze(apis, random),
      () => onRedis('CLIENT', 'KILL', 'TYPE', 'normal'),
      () => onRedis('CLIENT', 'KILL', 'TYPE', 'pubsub'),
      async random => {
        postgres.pause();
        await delay(500 + random() * 2_000);
        postgres.resume();
      },
    ],
    killRedis: async random => {
      await system.redis.kill();
      await delay(random() * 2_000);
      await system.redis.start();
    },
  };
}

/** The version of each delivery, once all are finished and announced. */
async function readQuietVersions({ pool }: PostgresServer): Promise<Map<string, number>> {
  await vi.waitFor(
    async () => {
      const { rows } = await pool.query(
        'SELECT (SELECT count(*) FROM delivery_live) AS live, (SELECT count(*) FROM outbox) AS outbox',
      );
      expect(rows[0]).toEqual({ live: 0, outbox: 0 });
    },
    { timeout: settleMs, interval: 200 },
  );
  const { rows } = await pool.query<{ id: string; version: number }>('SELECT id, version FROM delivery');
  return new Map(rows.map(({ id, version }) => [formatId('dlv', id), version]));
}

/** mulberry32: numbers from 0 to 1, the same for the same seed. */
function createRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
