import { expect } from 'vitest';
import { settleExpiredLeases, startSweep } from '../../src/domain/delivery-state/index.ts';
import { endDeliveriesOfDeletedEndpoints } from '../../src/domain/endpoints/end-deliveries-of-deleted-endpoints.ts';
import { endDeliveriesOfDeletedEndpoints as endModelOrphans, type ModelDelivery, type ModelEndpoint } from './model.ts';
import { byDueTime, findClaimable, pickFromLane, take } from './model-claim.ts';
import { isAccepted, type ModelClaim, type Outcome, release, settle, settleExpired } from './model-settle.ts';
import type { ScriptedJob, ScriptedSender } from './scripted-sender.ts';
import type { World } from './world.ts';

/**
 * A sender claims up to `slots` deliveries of each lane and must get those that the model predicts.
 * @returns the number of deliveries.
 */
export async function claimAll(world: World, sender: ScriptedSender, slots: number): Promise<number> {
  const expected = world.model.endpoints.flatMap(endpoint => pickFromLane(world.model, endpoint, slots));
  for (const delivery of expected) take(delivery);
  const claimed = await sender.claim(lanesOf(world), slots, id => describeClaim(world, id));
  expect(claimed).toEqual(expected.sort(byDueTime).map(delivery => delivery.id));
  return claimed.length;
}

/**
 * All senders claim at the same time. Which sender gets which delivery is random, and a sender that finds a lane locked
 * gets fewer. Together they must not get a delivery twice, nor one that may not be sent now, nor more of a lane than
 * its limit allows.
 */
export async function raceForClaims(world: World, slots: number): Promise<void> {
  const { model, senders } = world;
  const before = new Map(model.endpoints.map(endpoint => [endpoint, model.inFlight(endpoint).length]));
  const lanes = model.endpoints.map(endpoint => findClaimable(model, endpoint));
  const claimable = new Set(lanes.flatMap(({ prioritized, ordinary }) => [...prioritized, ...ordinary]));
  const begin = (id: string) => {
    const claim = describeClaim(world, id);
    expect(claimable.delete(claim.delivery), `claimable: ${id}`).toBe(true);
    take(claim.delivery);
    return describeClaim(world, id);
  };
  await Promise.all(senders.map(sender => sender.claim(lanesOf(world), slots, begin)));
  for (const [endpoint, count] of before) {
    const room = Math.min(slots * senders.length, (endpoint.maxConcurrency ?? Number.POSITIVE_INFINITY) - count);
    expect(model.inFlight(endpoint).length - count).toBeLessThanOrEqual(Math.max(0, room));
  }
}

const lanesOf = ({ model }: World) => model.endpoints.map(endpoint => endpoint.uuid);

function describeClaim({ model }: World, id: string): ModelClaim {
  const delivery = model.deliveries.find(each => each.id === id);
  if (!delivery) throw new Error(`the delivery ${id} was claimed, and the model does not know it`);
  return { delivery, number: delivery.attemptCount, version: delivery.version };
}

/** Makes the request of a job, with this outcome. */
export async function send(
  { requests }: World,
  sender: ScriptedSender,
  item: ScriptedJob,
  outcome: Outcome,
): Promise<void> {
  if (await sender.send(item, outcome, request => requests.add(request, outcome))) await releaseAll(sender, [item]);
}

/** Writes the results of a sender, if their claims are still valid, and applies their effects to the endpoints. */
export async function settleAll(sender: ScriptedSender): Promise<void> {
  const expected = [];
  const closed = new Set<ModelEndpoint>();
  for (const { claim, end } of sender.jobs) {
    if (!end || !isAccepted(claim)) continue;
    expected.push(end.settlement);
    const reaction = settle(claim, end.outcome);
    if (reaction && react(claim.delivery.endpoint, reaction)) closed.add(claim.delivery.endpoint);
  }
  const accepted = await sender.settle();
  expect(accepted.size, 'results accepted').toBe(expected.length);
  for (const settlement of expected) expect(accepted.has(settlement)).toBe(true);
  const held = sender.jobs.filter(({ job, claim }) => {
    const isPrioritized = job.claimed.trigger === 'MANUAL' || claim.delivery.isTest;
    return closed.has(claim.delivery.endpoint) && !isPrioritized;
  });
  await releaseAll(sender, held);
}

function react(endpoint: ModelEndpoint, reaction: 'pause' | 'disable'): boolean {
  if (reaction === 'pause') endpoint.isPausedByReceiver = true;
  else if (endpoint.isDeleted || endpoint.status === 'DISABLED') return false;
  else endpoint.status = 'DISABLED';
  return true;
}

/** Releases the unsent jobs of a sender, if their claims are still valid. */
export async function releaseAll(sender: ScriptedSender, items: readonly ScriptedJob[]): Promise<void> {
  for (const { claim } of items) if (isAccepted(claim)) release(claim);
  await sender.release(items);
}

/** Lets leases expire: that of this delivery, or all (null). */
export async function expireLeases({ ctx, model }: World, one: ModelDelivery | null): Promise<void> {
  for (const delivery of one ? [one] : model.deliveries) delivery.isLeaseExpired = delivery.status === 'PROCESSING';
  await ctx.services.pool.query(
    `UPDATE delivery_live SET lease_until = now() - interval '1 s'
     WHERE tenant_id = $1 AND status = 'PROCESSING' AND id = coalesce($2, id)`,
    [ctx.actor.tenantId, one?.id],
  );
}

/** Moves time forward, so that scheduled retries are due. */
export async function makeDue({ ctx, model }: World): Promise<void> {
  for (const delivery of model.deliveries) if (delivery.status === 'RETRYING') delivery.isDue = true;
  await ctx.services.pool.query(
    `UPDATE delivery_live SET due_at = now() - interval '1 s'
     WHERE tenant_id = $1 AND status = 'RETRYING' AND due_at > now()`,
    [ctx.actor.tenantId],
  );
}

/** Ends the pause that a receiver has requested with Retry-After. */
export async function endReceiverPause({ ctx }: World, endpoint: ModelEndpoint): Promise<void> {
  endpoint.isPausedByReceiver = false;
  await ctx.services.pool.query(
    "UPDATE endpoint SET hold_until = now() - interval '1 s' WHERE id = $1 AND hold_until > now()",
    [endpoint.uuid],
  );
}

export async function runJanitor({ ctx, model }: World): Promise<void> {
  settleExpired(model);
  endModelOrphans(model);
  await settleExpiredLeases(ctx.services, startSweep());
  await endDeliveriesOfDeletedEndpoints(ctx.services);
}
