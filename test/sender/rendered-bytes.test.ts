import { expect, it, vi } from 'vitest';
import type { ClaimedDelivery } from '../../src/domain/delivery-state/index.ts';
import { RenderedBytes } from '../../src/sender/rendered-bytes.ts';
import type { Target } from '../../src/sender/target.ts';
import { openLanes } from './open-lanes.ts';

const mebibyte = 2 ** 20;

it('the buffer for rendered bodies is full at 8 MiB for one tenant, and at 64 MiB for all tenants', () => {
  const bytes = new RenderedBytes();
  const bodies = Array.from({ length: 8 }, (_, tenant) => bytes.add(`tenant-${tenant}`));
  bodies[0]?.resize(8 * mebibyte - 1);
  expect(bytes.isFull('tenant-0')).toBe(false);
  bodies[0]?.resize(8 * mebibyte);
  expect(['tenant-0', 'tenant-1', 'another'].map(tenantId => bytes.isFull(tenantId))).toEqual([true, false, false]);
  for (const body of bodies) body.resize(8 * mebibyte);
  // A tenant without a rendered body may always render one, so that it does not have to wait for other tenants.
  expect(bytes.isFull('another')).toBe(false);
  bodies.push(bytes.add('another'));
  expect(bytes.isFull('another')).toBe(true);
  for (const body of bodies) body[Symbol.dispose]();
  expect(['tenant-0', 'another'].map(tenantId => bytes.isFull(tenantId))).toEqual([false, false]);
});

it('a delivery with a body template waits in its lane until the buffer for rendered bodies of its tenant has space', async () => {
  const renderedBytes = new RenderedBytes();
  const onReady = vi.fn();
  const lanes = openLanes({ concurrency: 8, renderedBytes, onReady });
  const target = { endpointId: 'e', templates: { url: null, body: '{{ payload }}' }, isFifo: false } as Target;
  lanes.notify({ endpointId: 'e', tenantId: 't', count: 1 });
  const [wanted] = lanes.takeClaimable(performance.now(), 1, 1);
  const lane = wanted?.lane;
  if (!lane) throw new Error('the lane is not claimable');
  lane.beginClaim(1, 0);
  const delivery = { tenantId: 't', attemptCount: 1 };
  const claimed = { delivery, trigger: 'SCHEDULE', dueAtMs: 0, claimedAtMs: Date.now() } as ClaimedDelivery;
  lanes.endClaim(lane, [claimed], performance.now());
  lanes.recordRevision('e', 1, Number.POSITIVE_INFINITY);
  lanes.enqueue(lane, { claimed, target });

  const body = renderedBytes.add('t');
  body.resize(8 * mebibyte);
  expect(lanes.dispatchNext(performance.now())).toBeNull();
  body[Symbol.dispose]();
  onReady.mockClear();
  await vi.waitFor(() => expect(onReady).toHaveBeenCalled(), 10_000);
  expect(lanes.dispatchNext(performance.now())?.lane).toBe(lane);
});
