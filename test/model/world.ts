import { expect } from 'vitest';
import { type DomainContext, permissions } from '../../src/domain/context.ts';
import { createEndpoint } from '../../src/domain/endpoints/create-endpoint.ts';
import { formatId, newUuid } from '../../src/ids.ts';
import { seedTenant } from '../fixtures/seed-deliveries.ts';
import type { EndpointSetup } from './actions.ts';
import { type FeedRecord, recordFeed } from './feed-record.ts';
import { Model, type ModelEndpoint } from './model.ts';
import { expectation, observe } from './observe.ts';
import { RequestLog } from './request-log.ts';
import { ScriptedSender } from './scripted-sender.ts';
import type { Workbench } from './workbench.ts';

/** The state of one run: a separate tenant, the model of the tenant, and the requests between senders and receivers. */
export interface World extends AsyncDisposable {
  readonly bench: Workbench;
  readonly ctx: DomainContext;
  readonly model: Model;
  readonly senders: readonly ScriptedSender[];
  readonly requests: RequestLog;
  readonly feed: FeedRecord;
}

export async function openWorld(
  bench: Workbench,
  endpoints: readonly EndpointSetup[],
  senders: number,
): Promise<World> {
  const { services } = bench;
  const tenantId = newUuid(services.clock.now());
  await seedTenant(services.pool, tenantId);
  const ctx = {
    services,
    actor: { tenantId, apiKeyId: null, permissions: new Set(permissions), endpointIds: null, portalToken: null },
  };
  const feed = await recordFeed(services.feed, tenantId);
  // The endpoints are created concurrently, but the order of their ids is the order of `endpoints`.
  const made = await Promise.all(endpoints.map(setup => makeEndpoint(ctx, setup)));
  return {
    bench,
    ctx,
    model: new Model(made),
    senders: Array.from({ length: senders }, () => new ScriptedSender(bench)),
    requests: new RequestLog(),
    feed,
    async [Symbol.asyncDispose]() {
      await feed[Symbol.asyncDispose]();
      // Deletes the unfinished deliveries of this run, because the janitor of later runs works for every tenant.
      await services.pool.query('DELETE FROM delivery_live WHERE tenant_id = $1', [tenantId]);
    },
  };
}

async function makeEndpoint(ctx: DomainContext, setup: EndpointSetup): Promise<ModelEndpoint> {
  const { schedule, isFifo, maxConcurrency, disablesOnGone } = setup;
  const { endpoint } = await createEndpoint(ctx, {
    name: 'Shop',
    url: 'http://127.0.0.1:9/',
    retryScheduleSeconds: schedule,
    ordering: isFifo ? 'FIFO' : 'NONE',
    maxConcurrency,
    disableOnGone: disablesOnGone,
  });
  return {
    ...setup,
    uuid: endpoint.id,
    id: formatId('ep', endpoint.id),
    status: 'ENABLED',
    isDeleted: false,
    isPausedByReceiver: false,
  };
}

/** Checks that the database equals the model. */
export async function compare({ bench, ctx, model }: World): Promise<void> {
  const { due, ...observed } = await observe(bench.services.pool, ctx.actor.tenantId);
  expect(observed).toEqual(expectation(model));
  for (const delivery of model.deliveries) delivery.dueAt = due[delivery.id] ?? delivery.dueAt;
}

/** Returns an element of `choices`. The index may be larger than the number of choices. */
export function pick<T>(choices: readonly T[], index: number): T | undefined {
  return choices[index % Math.max(1, choices.length)];
}
