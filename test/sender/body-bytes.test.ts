import { expect, it, vi } from 'vitest';
import type { ClaimedDelivery } from '../../src/domain/delivery-state/index.ts';
import { BodyBytes } from '../../src/sender/body-bytes.ts';
import type { Target } from '../../src/sender/target.ts';
import { openLanes } from './open-lanes.ts';

const mebibyte = 2 ** 20;

it('one tenant may have 32 MiB of bodies in flight, and two tenants get equal shares of 17.8 MiB', () => {
  const bytes = new BodyBytes();
  const first = bytes.add('first', 32 * mebibyte - 1);
  expect(bytes.isFull('first')).toBe(false);
  first.resize(32 * mebibyte);
  expect(bytes.isFull('first')).toBe(true);
  // The second tenant may use four fifths of the 8 MiB that are free, and more as the first one ends its requests.
  const second = bytes.add('second', 6.5 * mebibyte);
  expect(bytes.isFull('second')).toBe(true);
  for (const body of [first, second]) body.resize(17.7 * mebibyte);
  expect(['first', 'second'].map(tenantId => bytes.isFull(tenantId))).toEqual([false, false]);
  for (const body of [first, second]) body.resize(17.8 * mebibyte);
  expect(['first', 'second'].map(tenantId => bytes.isFull(tenantId))).toEqual([true, true]);
});

it('a tenant without a body in flight waits only while other tenants have 80 MiB of bodies', () => {
  const bytes = new BodyBytes();
  const body = bytes.add('first', 80 * mebibyte);
  expect(bytes.isFull('second')).toBe(true);
  body.resize(80 * mebibyte - 1);
  expect(bytes.isFull('second')).toBe(false);
  const other = bytes.add('second', 1);
  expect(bytes.isFull('second')).toBe(true);
  body[Symbol.dispose]();
  body[Symbol.dispose]();
  expect(bytes.isFull('second')).toBe(false);
  other[Symbol.dispose]();
  bytes.add('third', 32 * mebibyte - 1);
  expect(bytes.isFull('third')).toBe(false);
});

const body = '{{ payload }}';
it.each([
  ['a delivery with a body template', { url: null, body }, '{}'],
  ['a delivery whose payload was too long for its claim', null, null],
])('%s waits in its lane while its tenant has too many bytes of bodies in flight', async (_, templates, payload) => {
  const bodyBytes = new BodyBytes();
  const onReady = vi.fn();
  const lanes = openLanes({ concurrency: 8, bodyBytes, onReady });
  const target = { endpointId: 'e', templates, isFifo: false } as Target;
  lanes.notify({ endpointId: 'e', tenantId: 't', count: 1 });
  const [wanted] = lanes.takeClaimable(1, 1);
  const lane = wanted?.lane;
  if (!lane) throw new Error('the lane is not claimable');
  lane.beginClaim(1, 0);
  const delivery = { tenantId: 't', attemptCount: 1 };
  const claimed = {
    delivery,
    payload,
    trigger: 'SCHEDULE',
    dueAtMs: 0,
    requestedAtMs: performance.now(),
  } as ClaimedDelivery;
  lanes.endClaim(lane, [claimed], performance.now());
  lanes.recordRevision('e', 1, Number.POSITIVE_INFINITY);
  lanes.enqueue(lane, { claimed, target });

  const held = bodyBytes.add('t', 32 * mebibyte);
  expect(lanes.dispatchNext(performance.now())).toBeNull();
  held[Symbol.dispose]();
  onReady.mockClear();
  await vi.waitFor(() => expect(onReady).toHaveBeenCalled(), 10_000);
  expect(lanes.dispatchNext(performance.now())?.lane).toBe(lane);
});
