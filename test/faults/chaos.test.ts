import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFailed, vi } from 'vitest';
import { formatId } from '../../src/ids.ts';
import type { LivehookProcess } from '../fixtures/livehook-process.ts';
import { type PostgresServer, startPostgresServer } from '../fixtures/postgres-server.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { failFirstAttempts } from './answers.ts';
import { startLoad } from './load.ts';
import { askLiveCursor, createEndpoint, type System, startSystem } from './system.ts';
import { openWatcher } from './watcher.ts';

/** The number of seconds for which each case repeats its faults, after it has injected each of them once. */
const chaosSeconds = Number(process.env.CHAOS_SECONDS ?? 0);
/** The seed that selects the faults and their times. */
const seed = Number(process.env.CHAOS_SEED ?? 33);
const watcherCount = 6;
const endpointCount = 3;
const settleMs = 90_000;
const maxStarts = 10;

describe('every subscriber receives each version of each delivery once and in order', () => {
  it.each([
    { what: 'processes and PostgreSQL are killed, stopped and cut off together', losesRedis: false },
    { what: 'processes, PostgreSQL and Redis are killed, and Redis comes back empty', losesRedis: true },
  ])(
    'although $what',
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
      for (let index = 0; index < endpointCount; index += 1) {
        await createEndpoint(urls()[0] ?? '', { url: receiver.url });
      }
      const feedCursor = await vi.waitFor(() => askLiveCursor(urls()[0] ?? ''));

      await using watching = new AsyncDisposableStack();
      const watchers = Array.from({ length: watcherCount }, (_, index) => {
        const random = createRandom(seed + 1 + index);
        return watching.use(openWatcher(urls, feedCursor, () => 200 + random() * 1_500));
      });
      await using load = startLoad(urls);
      await breakEverything(stage, losesRedis ? [stage.killRedis, ...stage.databaseFaults] : stage.databaseFaults);
      const accepted = await load.stop();

      const truth = await readQuietVersions(postgres);
      expect(truth.size).toBe(accepted.length * endpointCount);
      expect(await countByStatus(postgres)).toEqual({ SUCCEEDED: truth.size });
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
    (chaosSeconds + 180) * 1_000 + 2 * settleMs,
  );
});

/**
 * Breaks a process, and a database while the process is down, so that the other processes have to take over its work
 * during the second fault.
 */
async function breakEverything({ processFaults }: Stage, databaseFaults: readonly DatabaseFault[]): Promise<void> {
  const random = createRandom(seed);
  const pick = <T>(faults: readonly T[]) => faults[Math.floor(random() * faults.length)] as T;
  const untilMs = performance.now() + chaosSeconds * 1000;
  const least = Math.max(processFaults.length, databaseFaults.length);
  for (let turn = 0; turn < least || performance.now() < untilMs; turn += 1) {
    const heal = await (processFaults[turn] ?? pick(processFaults))(random() < 0.5 ? 0 : 1);
    await (databaseFaults[turn] ?? pick(databaseFaults))(random);
    await heal();
    await delay(random() * 1_000);
  }
}

/** Breaks the process with this index (0 or 1). The returned function replaces or resumes it. */
type ProcessFault = (index: number) => Promise<() => Promise<void>>;
type DatabaseFault = (random: () => number) => Promise<void>;

interface Stage {
  readonly apis: readonly LivehookProcess[];
  readonly processFaults: readonly ProcessFault[];
  readonly databaseFaults: readonly DatabaseFault[];
  readonly killRedis: DatabaseFault;
}

/** Starts two api and two sender processes with one PostgreSQL and one Redis. */
async function openStage(system: System, postgres: PostgresServer): Promise<Stage> {
  const start = (roles: string) => startInTheEnd(system, roles);
  const apis = [await start('api,janitor'), await start('api,janitor')];
  const senders = [await start('sender'), await start('sender')];

  const kill =
    (list: LivehookProcess[], roles: string): ProcessFault =>
    async index => {
      await list[index]?.stop('SIGKILL');
      return async () => {
        list[index] = await start(roles);
      };
    };
  const freeze =
    (list: readonly LivehookProcess[]): ProcessFault =>
    async index => {
      const { pid } = list[index] as LivehookProcess;
      process.kill(pid, 'SIGSTOP');
      return async () => void process.kill(pid, 'SIGCONT');
    };
  const onRedis = async (...command: [string, ...string[]]) => {
    const redis = new Redis(system.redis.url);
    await redis.call(...command).finally(() => redis.disconnect());
  };
  return {
    apis,
    processFaults: [kill(senders, 'sender'), kill(apis, 'api,janitor'), freeze(senders), freeze(apis)],
    databaseFaults: [
      async random => {
        postgres.pause();
        await delay(2_000 + random() * 3_000);
        postgres.resume();
      },
      async random => {
        await onRedis('CLIENT', 'PAUSE', '2000', 'ALL');
        await delay(1_500 + random() * 1_000);
      },
      async random => {
        await postgres.restart('immediate');
        await delay(random() * 1_000);
      },
      async random => {
        await onRedis('CLIENT', 'KILL', 'TYPE', 'normal');
        await delay(random() * 1_000);
        await onRedis('CLIENT', 'KILL', 'TYPE', 'pubsub');
      },
    ],
    killRedis: async random => {
      await system.redis.kill();
      await delay(random() * 2_000);
      await system.redis.start();
    },
  };
}

/** Starts a process. Repeats this, as a supervisor does, if the process exits because the database is unavailable. */
async function startInTheEnd(system: System, roles: string): Promise<LivehookProcess> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await system.start(roles);
    } catch (error) {
      if (tries === maxStarts) throw error;
    }
  }
}

/** Waits until all deliveries are finished and announced. @returns the version of each delivery. */
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

async function countByStatus({ pool }: PostgresServer): Promise<Record<string, number>> {
  const { rows } = await pool.query('SELECT status, count(*)::int AS count FROM delivery GROUP BY status');
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

/** The random number generator mulberry32: numbers from 0 to 1, the same sequence for the same seed. */
function createRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
