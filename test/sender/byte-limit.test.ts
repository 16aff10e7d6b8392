import { expect, it } from 'vitest';
import { ByteLimit } from '../../src/sender/byte-limit.ts';

/** Whether a promise resolves within this turn of the event loop, so without any input, output or timer. */
async function isResolved(promise: Promise<unknown>): Promise<boolean> {
  let hasResolved = false;
  void promise.then(() => {
    hasResolved = true;
  });
  await new Promise(setImmediate);
  return hasResolved;
}

it('ByteLimit admits callers in the order of their calls up to its limit of bytes', async () => {
  const limit = new ByteLimit(100);
  const first = await limit.acquire(60);
  const second = limit.acquire(50);
  const third = limit.acquire(10);
  expect(await isResolved(second)).toBe(false);
  // A small caller does not overtake a large one that waits, although it would fit. Otherwise the large one could wait
  // forever.
  expect(await isResolved(third)).toBe(false);
  first[Symbol.dispose]();
  expect(await isResolved(second)).toBe(true);
  expect(await isResolved(third)).toBe(true);
});

it('ByteLimit admits a caller that alone exceeds the limit once no other caller is admitted', async () => {
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

it('ByteLimit releases admitted bytes once even if they are disposed twice', async () => {
  const limit = new ByteLimit(100);
  const first = await limit.acquire(60);
  await limit.acquire(40);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  expect(await isResolved(limit.acquire(61))).toBe(false);
});
