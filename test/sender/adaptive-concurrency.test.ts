import { describe, expect, it } from 'vitest';
import { AdaptiveConcurrency } from '../../src/sender/adaptive-concurrency.ts';
import { openScene } from '../domain/scene.ts';
import { reset, respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';

/** Simulates an endpoint that fails from 0 to `forMs`. @returns the pauses in milliseconds by their start times. */
function listPauses(concurrency: AdaptiveConcurrency, forMs: number): Map<number, number> {
  const pauses = new Map<number, number>();
  for (let nowMs = 0; nowMs < forMs; nowMs += Math.max(1, concurrency.readPause(nowMs))) {
    concurrency.recordFailure(nowMs);
    pauses.set(nowMs, concurrency.readPause(nowMs));
  }
  return pauses;
}

describe('the adaptive limit of requests in flight to one endpoint', () => {
  it('is halved after each request without a response, and is never below 1', () => {
    const concurrency = new AdaptiveConcurrency(32);
    const limits = Array.from({ length: 7 }, () => {
      concurrency.recordFailure(0);
      return concurrency.limit;
    });
    expect(limits).toEqual([16, 8, 4, 2, 1, 1, 1]);
  });

  it('rises by one with each response, up to its initial value', () => {
    const concurrency = new AdaptiveConcurrency(5);
    for (let count = 0; count < 3; count += 1) concurrency.recordFailure(0);
    const limits = Array.from({ length: 6 }, () => {
      concurrency.recordResponse();
      return concurrency.limit;
    });
    expect(limits).toEqual([2, 3, 4, 5, 5, 5]);
    expect(concurrency.isReduced).toBe(false);
  });

  it('stays high if fewer than one request in ten gets no response', () => {
    const concurrency = new AdaptiveConcurrency(32);
    let total = 0;
    for (let request = 1; request <= 2000; request += 1) {
      if (request % 20 === 0) concurrency.recordFailure(request);
      else concurrency.recordResponse();
      total += concurrency.limit;
    }
    expect(total / 2000).toBeGreaterThan(20);
  });
});

describe('the pause between requests to an endpoint that gives no response', () => {
  it('grows during an outage to 2 s, and ends with the first response', () => {
    const concurrency = new AdaptiveConcurrency(1);
    const pauses = listPauses(concurrency, 600_000);
    const between = (fromMs: number, toMs: number) => [...pauses.keys()].filter(ms => ms >= fromMs && ms < toMs).length;
    expect(between(0, 1000)).toBeLessThan(120);
    expect(between(1000, 10_000)).toBeLessThan(50);
    expect(between(540_000, 600_000)).toBe(30);
    expect(Math.max(...pauses.values())).toBe(2000);
    concurrency.recordResponse();
    expect(concurrency.readPause(600_000)).toBe(0);
  });

  it('starts only after the concurrency limit has fallen to 1', () => {
    const concurrency = new AdaptiveConcurrency(4);
    concurrency.recordFailure(0);
    expect(concurrency.readPause(0)).toBe(0);
    concurrency.recordFailure(10_000);
    expect(concurrency.readPause(10_000)).toBe(500);
  });
});

describe('a sender with an unreachable endpoint', () => {
  it('sends one request at a time to it, and its backlog within seconds after it is reachable again', async () => {
    await using scene = await openScene();
    await using receiver = await startReceiver(reset());
    const { id } = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: Array(30).fill(0) });
    const ids = [];
    for (let index = 0; index < 12; index += 1) ids.push(await scene.publishOne({ endpointIds: [id] }));
    await using _sender = scene.startSender();
    await receiver.waitFor(20);
    // The requests that were in flight when the limit fell have ended by now, so at most one connection is open.
    expect(receiver.openConnections).toBeLessThanOrEqual(1);
    receiver.play(respond(200));
    for (const deliveryId of ids) await scene.waitForStatus(deliveryId, 'SUCCEEDED');
  });
});
