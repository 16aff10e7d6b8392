import { expect, it } from 'vitest';
import { parseId, uuidTime } from '../../src/ids.ts';
import { respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { checkInvariants } from './invariants.ts';
import { createEndpoint, publish, startSystem } from './system.ts';

const preload = `--import=${new URL('../fixtures/shift-clock.ts', import.meta.url).href}`;
const hourMs = 3_600_000;
const events = 20;
const waitSeconds = 2;

// Only the clock of the Livehook process is shifted. PostgreSQL has the clock of this machine.
it.each([
  { off: 'an hour ahead', shiftMs: hourMs },
  { off: 'an hour behind', shiftMs: -hourMs },
])('a process whose clock is $off sends on time, with correct ids and timestamps', async ({ shiftMs }) => {
  await using receiver = await startReceiver([...Array.from({ length: events }, () => respond(500)), respond(200)]);
  await using system = await startSystem();
  const shifted = await system.start('api,sender,janitor', { NODE_OPTIONS: preload, CLOCK_SHIFT_MS: `${shiftMs}` });
  const shownMs = JSON.parse(shifted.output.find(line => line.startsWith('{')) ?? '{}').time;
  expect(Math.abs(shownMs - Date.now() - shiftMs), 'the clock is off').toBeLessThan(60_000);

  await createEndpoint(shifted.url, { url: receiver.url, retryScheduleSeconds: [waitSeconds] });
  const accepted = await publish(shifted.url, events);
  const requests = await receiver.waitFor(2 * events);
  await checkInvariants(system, { receivers: [receiver], accepted });
  expect(requests).toHaveLength(2 * events);

  for (const id of accepted) expect(Math.abs(uuidTime(parseId('evt', id) as string) - Date.now())).toBeLessThan(30_000);
  for (const request of requests) {
    const sentMs = Number(request.headers['webhook-timestamp']) * 1000;
    expect(Math.abs(request.receivedAt - sentMs)).toBeLessThan(30_000);
  }
  for (const own of Map.groupBy(requests, request => request.headers['webhook-id']).values()) {
    const waitedMs = (own[1]?.receivedAt ?? 0) - (own[0]?.receivedAt ?? 0);
    expect(waitedMs).toBeGreaterThan(waitSeconds * 900 - 50);
    expect(waitedMs).toBeLessThan(waitSeconds * 1100 + 20_000);
  }
  const { rows } = await system.pool.query<{ offMs: number }>(
    'SELECT date_part(\'epoch\', now() - started_at) * 1000 AS "offMs" FROM attempt',
  );
  for (const { offMs } of rows) expect(Math.abs(offMs)).toBeLessThan(30_000);
});
