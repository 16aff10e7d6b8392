import { expect, test } from 'vitest';
import { startAttackedServer } from '../fixtures/attack.ts';

test('an idle server with a heap of 512 MB serves its tenants without a stall', async () => {
  await using server = await startAttackedServer();
  const { bystander, ...observed } = await server.during(() => new Promise(resolve => setTimeout(resolve, 1500)));
  expect(observed.isAlive).toBe(true);
  expect(observed.longestStallMs).toBeLessThan(1000);
  expect(bystander.publishes).toBeGreaterThan(5);
  expect(bystander.failedPublishes).toBe(0);
  expect(bystander.slowestDeliveryMs).toBeLessThan(5000);
});
