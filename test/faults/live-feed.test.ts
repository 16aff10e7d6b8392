import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formatId } from '../../src/ids.ts';
import type { LivehookProcess } from '../fixtures/livehook-process.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { answerAfter } from './answers.ts';
import { checkInvariants } from './invariants.ts';
import { type Load, startLoad } from './load.ts';
import { openScreen, type Screen, type ShownUpdate } from './screen.ts';
import { askLiveCursor, createEndpoint, type System, startSystem } from './system.ts';

const screenCount = 150;
const settleMs = 60_000;

/** Three api and two sender processes use one Redis. The live lists are distributed over the apis. */
describe.each([
  {
    what: 'an api and a sender are killed, and an api drains',
    loses: 2,
    async injectFault({ apis, senders, replace }: Stage) {
      await apis[0]?.stop('SIGKILL');
      await replace('api');
      await delay(1_000);
      await senders[0]?.stop('SIGKILL');
      await replace('sender');
      await delay(1_000);
      await apis[1]?.stop('SIGTERM');
    },
    mayRelist: false,
    code: 1001,
  },
  {
    what: 'Redis dies and comes back empty, is flushed, fed with garbage and paused',
    loses: 0,
    async injectFault({ system, redis }: Stage) {
      await system.redis.kill();
      await delay(2_000);
      await system.redis.start();
      await delay(1_000);
      await using client = await redis();
      await client.flushall();
      for (const channel of (await client.pubsub('CHANNELS', '*')) as string[]) {
        for (const garbage of ['', '{', '[]', '[1,2,3]', '\u0000', 'x'.repeat(100_000)]) {
          await client.publish(channel, garbage);
        }
      }
      await client.call('CLIENT', 'PAUSE', '2000', 'ALL');
      await delay(2_500);
    },
    mayRelist: true,
    code: null,
  },
])(
  'a system under load withstands the fault "$what"',
  ({ injectFault, mayRelist, loses, code }) => {
    const cleanup = new AsyncDisposableStack();
    let system: System;
    let receiver: Receiver;
    let screens: Screen[];
    let load: Load;
    let accepted: readonly string[];

    beforeAll(async () => {
      system = cleanup.use(await startSystem({ environment: { DELIVERY_TIMEOUT_MS: '2000' } }));
      receiver = cleanup.use(await startReceiver(answerAfter(10)));
      const apis = await Promise.all([system.start('api,janitor'), system.start('api'), system.start('api')]);
      const senders = await Promise.all([system.start('sender'), system.start('sender')]);
      const living = new Set(apis);
      const urls = () => [...living].map(api => api.url);
      await createEndpoint(apis[0].url, { url: receiver.url });
      const feedCursor = await vi.waitFor(() => askLiveCursor(apis[0].url));
      screens = Array.from({ length: screenCount }, (_, turn) => cleanup.use(openScreen(urls, turn, feedCursor)));
      load = cleanup.use(startLoad(urls));
      await vi.waitFor(() => expect(screens.every(screen => screen.updates.length > 0)).toBe(true));
      await injectFault({
        system,
        apis,
        senders,
        async replace(role) {
          const started = await system.start(role);
          if (role === 'api') living.add(started);
        },
        redis: () => openRedis(system),
      });
      accepted = await load.stop();
    }, 180_000);
    afterAll(() => cleanup.disposeAsync());

    it('no delivery is lost', async () => {
      await checkInvariants(system, {
        receivers: [receiver],
        accepted,
        maxInterrupted: loses * 256,
        withinMs: settleMs,
      });
      expect(load.problems).toEqual([]);
    });

    it('every subscriber gets the final state of every delivery', async () => {
      const { rows } = await system.pool.query<{ id: string; status: string }>('SELECT id, status FROM delivery');
      const truth = rows.map(({ id, status }) => [formatId('dlv', id), status]).sort();
      await vi.waitFor(
        () => {
          for (const screen of screens) expect([...screen.statuses].sort()).toEqual(truth);
        },
        { timeout: settleMs, interval: 500 },
      );
    });

    it('no subscriber misses a transition without a notice, or gets one twice or out of order', () => {
      for (const { updates, relists } of screens) {
        expect(findSilentGaps(updates)).toEqual([]);
        if (mayRelist) expect(relists).toBeGreaterThan(0);
        else expect(relists).toBe(0);
      }
      if (code !== null) expect(screens.some(screen => screen.closes[code])).toBe(true);
    });

    it('no process writes 100 log lines or more', () => {
      for (const { output } of system.processes) expect(output.length).toBeLessThan(100);
    });
  },
  240_000,
);

/**
 * Finds updates that leave out a version of their delivery although the client was not told that updates were `skipped`
 * or that it must load the list again.
 */
function findSilentGaps(updates: readonly ShownUpdate[]): string[] {
  const last = new Map<string, { version: number; list: number; notices: number }>();
  let notices = 0;
  return updates.flatMap(({ delivery: { id, version }, list, skipped }) => {
    notices += skipped > 0 ? 1 : 0;
    const before = last.get(id);
    last.set(id, { version, list, notices });
    const wasTold = list > (before?.list ?? 0);
    const isNext = version === (before?.version ?? 0) + 1;
    const isJump = version > (before?.version ?? 0) && notices > (before?.notices ?? 0);
    return isNext || isJump || wasTold ? [] : [`${id}: ${before?.version} and then ${version}`];
  });
}

interface Stage {
  readonly system: System;
  readonly apis: readonly LivehookProcess[];
  readonly senders: readonly LivehookProcess[];
  /** Starts another process with this role. */
  replace(role: 'api' | 'sender'): Promise<void>;
  redis(): ReturnType<typeof openRedis>;
}

async function openRedis({ redis }: System) {
  const { Redis } = await import('ioredis');
  const client = new Redis(redis.url);
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.disconnect() });
}
