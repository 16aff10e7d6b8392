import { expect, it, vi } from 'vitest';
import { RetryTimer } from '../../src/sender/retry-timer.ts';

it('retries that come due together notify their lanes together, and no lane before its retry is due', async () => {
  const notified = new Map<string, number>();
  using timer = new RetryTimer(endpointIds => {
    for (const endpointId of endpointIds) notified.set(endpointId, performance.now());
  });
  const startedMs = performance.now();
  timer.schedule('first', 100);
  timer.schedule('second', 100);
  timer.schedule('last', 300);
  timer.schedule('left to the poll', 1000);
  await vi.waitFor(() => expect([...notified.keys()]).toEqual(['first', 'second', 'last']), 10_000);
  expect((notified.get('first') ?? 0) - startedMs).toBeGreaterThanOrEqual(100);
  expect((notified.get('last') ?? 0) - startedMs).toBeGreaterThanOrEqual(300);
});
