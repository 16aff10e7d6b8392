import { describe, expect, it } from 'vitest';
import { Recovery } from '../../src/sender/recovery.ts';
import { openScene } from '../domain/scene.ts';
import { reset, respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';

/** Lets everything through that an endpoint may get in this time, in steps of 10 ms. @returns how many that were. */
function run(recovery: Recovery, fromMs: number, forMs: number, attemptsPerStep = 100): number {
  let sent = 0;
  for (let nowMs = fromMs; nowMs < fromMs + forMs; nowMs += 10) {
    for (let attempt = 0; attempt < attemptsPerStep && recovery.tryAcquire(nowMs) === 0; attempt += 1) {
      sent += 1;
      recovery.noteEnd(false, nowMs);
    }
  }
  return sent;
}

function fail(recovery: Recovery, times: number, nowMs: number): void {
  for (let count = 0; count < times; count += 1) recovery.noteEnd(true, nowMs);
}

describe('the recovery of an endpoint', () => {
  it('probes after five connection failures in a row, not before', () => {
    const recovery = new Recovery(0);
    fail(recovery, 4, 0);
    expect(recovery.isProbing).toBe(false);
    recovery.noteEnd(false, 0);
    fail(recovery, 4, 0);
    expect(recovery.isProbing).toBe(false);
    fail(recovery, 1, 0);
    expect(recovery.isProbing).toBe(true);
  });

  it('probes the less often the longer it has been away, and at least every 2 s', () => {
    const recovery = new Recovery(0);
    fail(recovery, 5, 0);
    const probes: number[] = [];
    for (let nowMs = 0; nowMs < 600_000; nowMs += 1) {
      if (recovery.tryAcquire(nowMs) > 0) continue;
      probes.push(nowMs);
      recovery.noteEnd(true, nowMs);
    }
    const between = (fromMs: number, toMs: number) => probes.filter(ms => ms >= fromMs && ms < toMs).length;
    expect(between(0, 1000)).toBeLessThan(100);
    expect(between(1000, 10_000)).toBeLessThan(50);
    expect(between(540_000, 600_000)).toBe(30);
  });

  it('begins anew where the endpoint goes away again while it recovers', () => {
    const recovery = new Recovery(0);
    fail(recovery, 5, 0);
    recovery.noteEnd(false, 1000);
    fail(recovery, 5, 2000);
    expect(recovery.isProbing).toBe(true);
    expect(recovery.tryAcquire(2000)).toBe(0);
    recovery.noteEnd(false, 3000);
    expect(run(recovery, 3000, 1000)).toBeLessThanOrEqual(21);
  });

  it('lets 1.5 times the usual rate through in the first minute, and everything after five', () => {
    const recovery = new Recovery(0);
    // A usual minute of 50 a second.
    for (let nowMs = 0; nowMs < 60_000; nowMs += 20) {
      expect(recovery.tryAcquire(nowMs)).toBe(0);
      recovery.noteEnd(false, nowMs);
    }
    fail(recovery, 10, 60_000);
    const backMs = 600_000;
    recovery.noteEnd(false, backMs);

    const firstMinute = run(recovery, backMs, 60_000);
    expect(firstMinute).toBeLessThanOrEqual(50 * 1.5 * 60 + 10);
    expect(firstMinute).toBeGreaterThanOrEqual(50 * 1.4 * 60);
    expect(run(recovery, backMs + 60_000, 60_000)).toBeGreaterThan(firstMinute * 1.5);
    run(recovery, backMs + 120_000, 180_000);
    expect(run(recovery, backMs + 300_000, 1000)).toBe(100 * 100);
  });

  it('says when to ask again', () => {
    const recovery = new Recovery(0);
    fail(recovery, 5, 0);
    recovery.noteEnd(false, 1000);
    expect(recovery.tryAcquire(1000)).toBe(0);
    const waitMs = recovery.tryAcquire(1000);
    expect(waitMs).toBeGreaterThan(0);
    expect(recovery.tryAcquire(1000 + waitMs)).toBe(0);
  });
});

describe('a sender whose endpoint is away', () => {
  it('probes it with one request at a time, and sends the backlog once it is back', async () => {
    await using scene = await openScene();
    await using receiver = await startReceiver(reset());
    const { id } = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: Array(30).fill(0) });
    const ids = [];
    for (let index = 0; index < 12; index += 1) ids.push(await scene.publishOne({ endpointIds: [id] }));
    await using _sender = scene.startSender();
    await receiver.waitFor(20);
    // What was in flight when the fifth failed has ended by now.
    expect(receiver.openConnections).toBeLessThanOrEqual(1);
    receiver.play(respond(200));
    for (const deliveryId of ids) await scene.waitForStatus(deliveryId, 'SUCCEEDED');
  });
});
