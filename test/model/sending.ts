import { expect } from 'vitest';
import { settleExpiredLeases, startSweep } from '../../src/domain/delivery-state/index.ts';
import { endDeliveriesOfDeletedEndpoints } from '../../src/domain/endpoints/end-deliveries-of-deleted-endpoints.ts';
import { endDeliveriesOfDeletedEndpoints as endModelOrphans, type ModelDelivery, type ModelEndpoint } from './model.ts';
import { byDueTime, findClaimable, pickFromLane, take } from './model-claim.ts';
import { giveBack, isAccepted, type ModelClaim, type Outcome, settle, settleExpired } from './model-settle.ts';
import type { ScriptedJob, ScriptedSender } from './scripted-sender.ts';
import type { World } from './world.ts';

/** A sender claims up to `slots` from each lane, and gets what the model says. @returns how many. */
export async function claimAll(world: World, sender: ScriptedSender, slots: number): Promise<number> {
  const expected = world.model.endpoints.flatMap(endpoint => pickFromLane(world.model, endpoint, slots));
  for (const delivery of expected) take(delivery);
  const claimed = await sender.claim(lanesOf(world), slots, id => describeClaim(world, id));
  expect(claimed).toEqual(expected.sort(byDueTime).map(delivery => delivery.id));
  return claimed.length;
}

/**
 * All senders claim at the same moment. Who gets what is chance, and who finds a lane locked gets less of it; together
 * they get nothing twice, nothing that may not be sent now, and no more of a lane than it has room for.
 */
export async function raceForClaims(world: World, slots: number): Promise<void> {
  const { model, senders } = world;
  const before = new Map(model.endpoints.map(endpoint => [endpoint, model.inFlight(endpoint).length]));
  const lanes = model.endpoints.map(endpoint => findClaimable(model, endpoint));
  const claimable = new Set(lanes.flatMap(({ overtaking, ordinary }) => [...overtaking, ...ordinary]));
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

/** The request of a job is made, and ends in this way. */
export async function send(
  { requests }: World,
  sender: ScriptedSender,
  item: ScriptedJob,
  outcome: Outcome,
): Promise<void> {
  if (await sender.send(item, outcome, request => requests.add(request, outcome))) await giveBackAll(sender, [item]);
}

/** A sender's results are written, as far as their claims still hold; what they mean for their endpoints is done. */
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
    const isOvertaking = job.claimed.trigger === 'MANUAL' || claim.delivery.isTest;
    return closed.has(claim.delivery.endpoint) && !isOvertaking;
  });
  await giveBackAll(sender, held);
}

function react(endpoint: ModelEndpoint, reaction: 'hold' | 'disable'): boolean {
  if (reaction === 'hold') endpoint.isHeld = true;
  else if (endpoint.isDeleted || endpoint.status === 'DISABLED') return false;
  else endpoint.status = 'DISABLED';
  return true;
}

/** What a sender has not sent goes back, as far as its claims still hold. */
export async function giveBackAll(sender: ScriptedSender, items: readonly ScriptedJob[]): Promise<void> {
  for (const { claim } of items) if (isAccepted(claim)) giveBack(claim);
  await sender.giveBack(items);
}

/** Leases run out: this delivery's, or all. */
export async function expireLeases({ ctx, model }: World, one: ModelDelivery | null): Promise<void> {
  for (const delivery of one ? [one] : model.deliveries) delivery.isLeaseExpired = delivery.status === 'PROCESSING';
  await ctx.services.pool.query(
    `UPDATE delivery_live SET lease_until = now() - interval '1 s'
     WHERE tenant_id = $1 AND status = 'PROCESSING' AND id = coalesce($2, id)`,
    [ctx.actor.tenantId, one?.id],
  );
}

/** Time passes: what waits for its retry is due. */
export async function makeDue({ ctx, model }: World): Promise<void> {
  for (const delivery of model.deliveries) if (delivery.status === 'RETRYING') delivery.isDue = true;
  await ctx.services.pool.query(
    `UPDATE delivery_live SET due_at = now() - interval '1 s'
     WHERE tenant_id = $1 AND status = 'RETRYING' AND due_at > now()`,
    [ctx.actor.tenantId],
  );
}

/** The pause that a receiver asked for is over. */
export async function endReceiverPause({ ctx }: World, endpoint: ModelEndpoint): Promise<void> {
  endpoint.isHeld = false;
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
