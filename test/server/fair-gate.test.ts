import { expect, test } from 'vitest';
import { FairGate, type FairGateOptions } from '../../src/server/fair-gate.ts';

function openGate(options: Partial<FairGateOptions> = {}): FairGate {
  return new FairGate({ totalBytes: 4, tenantBytes: 2, maxWaiting: 10, maxWaitingOfTenant: 5, ...options });
}

/** Acquires a byte, and adds `name` to `admitted` once it is granted. */
async function acquire(gate: FairGate, admitted: string[], name: string, bytes = 1, signal?: AbortSignal) {
  const held = await gate.acquire(name.slice(0, 1), bytes, signal);
  admitted.push(name);
  return held;
}

/** Lets every promise that is already resolved take effect. */
const settle = () => new Promise(resolve => setImmediate(resolve));

test('a request whose signal aborts leaves the queue of FairGate, and those behind it are admitted', async () => {
  const gate = openGate();
  const admitted: string[] = [];
  const held = await acquire(gate, admitted, 'a1', 1);
  const ending = new AbortController();
  const leaving = acquire(gate, admitted, 'a2', 2, ending.signal);
  const behind = acquire(gate, admitted, 'a3', 1);
  await settle();
  expect(admitted).toEqual(['a1']);
  ending.abort();
  await expect(leaving).rejects.toThrow('The client has disconnected.');
  (await behind)[Symbol.dispose]();
  held[Symbol.dispose]();
  // Nothing is held any more: the largest request is admitted at once.
  await acquire(gate, admitted, 'a4', 4);
  expect(admitted).toEqual(['a1', 'a3', 'a4']);
});

test('FairGate admits a request whose signal aborts later as one that holds its bytes until it is disposed of', async () => {
  const gate = openGate();
  const admitted: string[] = [];
  const first = await acquire(gate, admitted, 'a1', 2);
  const ending = new AbortController();
  const second = acquire(gate, admitted, 'a2', 2, ending.signal);
  first[Symbol.dispose]();
  const held = await second;
  ending.abort();
  const third = acquire(gate, admitted, 'a3', 2);
  await settle();
  expect(admitted).toEqual(['a1', 'a2']);
  held[Symbol.dispose]();
  held[Symbol.dispose]();
  await third;
  expect(admitted).toEqual(['a1', 'a2', 'a3']);
});

test('FairGate rejects a request that would wait after its signal has aborted, and queues nothing', async () => {
  const gate = openGate({ maxWaiting: 1 });
  const admitted: string[] = [];
  const first = await acquire(gate, admitted, 'a1', 2);
  await expect(acquire(gate, admitted, 'a2', 1, AbortSignal.abort())).rejects.toThrow('The client has disconnected.');
  const waiting = acquire(gate, admitted, 'a3', 1);
  await expect(acquire(gate, admitted, 'a4', 1)).rejects.toThrow('Too many operations are waiting');
  first[Symbol.dispose]();
  await waiting;
  expect(admitted).toEqual(['a1', 'a3']);
});

test('a tenant may hold alwaysAllowedBytes of a FairGate that other tenants have filled', async () => {
  const gate = openGate({ alwaysAllowedBytes: 1 });
  const admitted: string[] = [];
  const others = [await acquire(gate, admitted, 'a1', 2), await acquire(gate, admitted, 'b1', 2)];
  await acquire(gate, admitted, 'c1', 1);
  const waiting = acquire(gate, admitted, 'c2', 1);
  await settle();
  expect(admitted).toEqual(['a1', 'b1', 'c1']);
  for (const held of others) held[Symbol.dispose]();
  await waiting;
  expect(admitted).toEqual(['a1', 'b1', 'c1', 'c2']);
});
