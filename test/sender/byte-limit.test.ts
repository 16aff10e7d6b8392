import { expect, it } from 'vitest';
import { ByteLimit } from '../../src/sender/byte-limit.ts';

/** Whether a promise has resolved, once everything that can has. */
async function isResolved(promise: Promise<unknown>): Promise<boolean> {
  let hasResolved = false;
  void promise.then(() => {
    hasResolved = true;
  });
  await new Promise(setImmediate);
  return hasResolved;
}

it('ByteLimit admits callers in their order, as far as the limit goes', async () => {
  const limit = new ByteLimit(100);
  const first = await limit.acquire(60);
  const second = limit.acquire(50);
  const third = limit.acquire(10);
  expect(await isResolved(second)).toBe(false);
  // Room alone does not let a small one overtake: a large one would wait forever.
  expect(await isResolved(third)).toBe(false);
  first[Symbol.dispose]();
  expect(await isResolved(second)).toBe(true);
  expect(await isResolved(third)).toBe(true);
});

it('ByteLimit admits a caller that exceeds the limit once nothing else is admitted', async () => {
  const limit = new ByteLimit(100);
  const first = await limit.acquire(1);
  const large = limit.acquire(500);
  expect(await isResolved(large)).toBe(false);
  first[Symbol.dispose]();
  const held = await large;
  const next = limit.acquire(1);
  expect(await isResolved(next)).toBe(false);
  held[Symbol.dispose]();
  expect(await isResolved(next)).toBe(true);
});

it('disposing what ByteLimit has admitted twice releases nothing twice', async () => {
  const limit = new ByteLimit(100);
  const first = await limit.acquire(60);
  await limit.acquire(40);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  expect(await isResolved(limit.acquire(61))).toBe(false);
});
