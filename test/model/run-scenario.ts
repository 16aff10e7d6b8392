import { expect } from 'vitest';
import { loadDeliveries } from '../../src/domain/deliveries/read-deliveries.ts';
import type { Action, Scenario } from './actions.ts';
import { checkFeed } from './feed-record.ts';
import { isWaiting } from './model.ts';
import {
  claimAll,
  endReceiverPause,
  expireLeases,
  makeDue,
  raceForClaims,
  releaseAll,
  runJanitor,
  send,
  settleAll,
} from './sending.ts';
import { cancelOne, deleteOne, limitConcurrency, publish, replay, retryOne, sendTest, setStatus } from './verbs.ts';
import type { Workbench } from './workbench.ts';
import { compare, openWorld, pick, type World } from './world.ts';

/**
 * Runs a scenario with the engine and the model, and compares both after each step. Then finishes all deliveries, and
 * checks the invariants of the whole run.
 */
export async function runScenario(bench: Workbench, { endpoints, senders, actions }: Scenario): Promise<void> {
  await using world = await openWorld(bench, endpoints, senders);
  for (let events = 0; events < 2; events += 1) await publish(world, null);
  await compare(world);
  for (const action of actions) {
    await perform(world, action);
    await compare(world);
  }
  await comeToRest(world);
  await checkWhole(world);
}

async function perform(world: World, action: Action): Promise<void> {
  const { model, senders } = world;
  const endpoint = pick(model.endpoints, 'endpoint' in action ? (action.endpoint ?? 0) : 0);
  const delivery = pick(model.deliveries, 'delivery' in action ? (action.delivery ?? 0) : 0);
  const sender = pick(senders, 'sender' in action ? action.sender : 0);
  if (!endpoint || !delivery || !sender) return;
  switch (action.do) {
    case 'publish':
      return publish(world, action.endpoints?.flatMap(each => pick(model.endpoints, each) ?? []) ?? null);
    case 'test':
      return sendTest(world, endpoint);
    case 'retry':
      return retryOne(world, delivery);
    case 'cancel':
      return cancelOne(world, delivery);
    case 'replay':
      return replay(world, delivery, action.endpoint === null ? null : endpoint);
    case 'set':
      return setStatus(world, endpoint, action.status);
    case 'limit':
      return limitConcurrency(world, endpoint, action.maxConcurrency);
    case 'delete':
      return deleteOne(world, endpoint);
    case 'claim':
      await claimAll(world, sender, action.slots);
      return;
    case 'send': {
      const unsent = senders.flatMap(owner => owner.jobs.filter(job => !job.end).map(job => ({ owner, job })));
      const chosen = pick(unsent, action.job);
      if (!chosen) return;
      await send(world, chosen.owner, chosen.job, action.outcome);
      return action.isSettled ? settleAll(chosen.owner) : undefined;
    }
    case 'race':
      return raceForClaims(world, action.slots);
    case 'deliver':
      await claimAll(world, sender, action.slots);
      for (const job of sender.jobs.filter(each => !each.end)) await send(world, sender, job, action.outcome);
      return settleAll(sender);
    case 'takeOver':
      await expireLeases(world, null);
      await claimAll(world, sender, 3);
      return settleAll(sender);
    case 'settle':
      return settleAll(sender);
    case 'drain':
      await releaseAll(
        sender,
        sender.jobs.filter(job => !job.end),
      );
      return settleAll(sender);
    case 'crash':
      sender.jobs = [];
      return;
    case 'expire': {
      const inFlight = model.deliveries.filter(each => each.status === 'PROCESSING');
      return expireLeases(world, action.delivery === null ? null : (pick(inFlight, action.delivery) ?? null));
    }
    case 'pass':
      return makeDue(world);
    case 'resume':
      return endReceiverPause(world, endpoint);
    case 'janitor':
      return runJanitor(world);
  }
}

/** Crashes all senders except one. The remaining one sends all deliveries to receivers that respond with 200. */
async function comeToRest(world: World): Promise<void> {
  const [sender, ...others] = world.senders;
  if (!sender) throw new Error('a world has a sender');
  for (const each of others) each.jobs = [];
  for (let isBusy = true; isBusy; ) {
    for (const job of sender.jobs.filter(each => !each.end)) await send(world, sender, job, '200');
    await settleAll(sender);
    const { deliveries, endpoints } = world.model;
    if (deliveries.some(each => each.status === 'PROCESSING')) await expireLeases(world, null);
    await runJanitor(world);
    if (deliveries.some(each => !each.isDue)) await makeDue(world);
    for (const endpoint of endpoints) if (endpoint.isPausedByReceiver) await endReceiverPause(world, endpoint);
    await compare(world);
    isBusy = (await claimAll(world, sender, 12)) > 0;
  }
}

/** Checks the invariants of a finished run. */
async function checkWhole({ ctx, model, requests, feed }: World): Promise<void> {
  for (const delivery of model.deliveries) {
    const { endpoint, status, attempts, attemptCount } = delivery;
    const isHeldBack = endpoint.status !== 'ENABLED' && !endpoint.isDeleted && !delivery.isTest;
    if (status !== 'SUCCEEDED' && status !== 'FAILED') expect([isHeldBack, isWaiting(delivery)]).toEqual([true, true]);
    expect(attempts.map(attempt => attempt.number)).toEqual(Array.from({ length: attemptCount }, (_, i) => i + 1));
  }
  requests.check(model);
  const stored = await loadDeliveries(
    ctx,
    model.deliveries.map(delivery => delivery.id),
  );
  await checkFeed(feed, model, stored);
}
