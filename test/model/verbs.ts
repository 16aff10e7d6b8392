import { expect } from 'vitest';
import type { DeliverySnapshot } from '../../src/delivery.ts';
import { cancelDelivery } from '../../src/domain/deliveries/cancel-delivery.ts';
import { replayDelivery } from '../../src/domain/deliveries/replay-delivery.ts';
import { retryDelivery } from '../../src/domain/deliveries/retry-delivery.ts';
import { deleteEndpoint } from '../../src/domain/endpoints/delete-endpoint.ts';
import { sendTestEvent } from '../../src/domain/endpoints/send-test-event.ts';
import { updateEndpoint } from '../../src/domain/endpoints/update-endpoint.ts';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { LivehookError } from '../../src/errors.ts';
import { formatId } from '../../src/ids.ts';
import {
  cancel,
  canReplay,
  type ModelDelivery,
  type ModelEndpoint,
  type Refusal,
  remove,
  retry,
  route,
} from './model.ts';
import type { World } from './world.ts';

const dlv = ({ id }: ModelDelivery) => formatId('dlv', id);

/**
 * Returns the result of an API call. If the model predicts an error, checks that the call fails with it, and returns
 * null.
 */
async function call<T>(expected: Refusal, verb: Promise<T>): Promise<T | null> {
  const answer = await verb.then(
    value => ({ value, refusal: null }),
    error => {
      if (error instanceof LivehookError) return { value: null, refusal: error.code };
      throw error;
    },
  );
  expect(answer.refusal).toBe(expected);
  return answer.value;
}

/** Publishes an event to these endpoints. Null: to all endpoints that match. */
export async function publish({ ctx, model }: World, chosen: readonly ModelEndpoint[] | null): Promise<void> {
  const routed = route(model, chosen);
  const refusal = Array.isArray(routed) ? null : routed;
  const endpointIds = chosen?.map(endpoint => endpoint.id);
  const answer = await call(refusal, publishEvents(ctx, [{ type: 'a.b', payloadText: '{}', endpointIds }], 'input'));
  if (!answer || !Array.isArray(routed)) return;
  const { rows } = await ctx.services.pool.query<{ id: string; endpoint: string }>(
    'SELECT id, endpoint_id AS endpoint FROM delivery_live WHERE event_id = $1 ORDER BY id',
    [answer[0]?.id],
  );
  expect(rows.map(row => row.endpoint).sort()).toEqual(routed.map(endpoint => endpoint.uuid).sort());
  for (const row of rows) model.create(row.id, byUuid(routed, row.endpoint), false, null);
}

export async function sendTest({ ctx, model }: World, endpoint: ModelEndpoint): Promise<void> {
  const refusal = endpoint.isDeleted ? 'INVALID_STATE' : null;
  const answer = await call(refusal, sendTestEvent(ctx, endpoint.id, null, null));
  if (answer) model.create(answer.id, endpoint, true, null);
}

export async function retryOne({ ctx }: World, delivery: ModelDelivery): Promise<void> {
  expectAnswer(delivery, await call(retry(delivery), retryDelivery(ctx, dlv(delivery))));
}

export async function cancelOne({ ctx }: World, delivery: ModelDelivery): Promise<void> {
  expectAnswer(delivery, await call(cancel(delivery), cancelDelivery(ctx, dlv(delivery))));
}

/** @param endpoint the endpoint to replay to. Null: that of the original delivery. */
export async function replay(
  { ctx, model }: World,
  original: ModelDelivery,
  endpoint: ModelEndpoint | null,
): Promise<void> {
  const to = endpoint ?? original.endpoint;
  const answer = await call(canReplay(to), replayDelivery(ctx, dlv(original), endpoint?.id ?? null));
  if (answer) model.create(answer.id, to, original.isTest, original);
}

export async function setStatus(
  { ctx }: World,
  endpoint: ModelEndpoint,
  status: ModelEndpoint['status'],
): Promise<void> {
  const answer = await call(endpoint.isDeleted ? 'INVALID_STATE' : null, updateEndpoint(ctx, endpoint.id, { status }));
  if (answer) Object.assign(endpoint, { status, isPausedByReceiver: false });
}

export async function limitConcurrency({ ctx }: World, endpoint: ModelEndpoint, maximum: number | null): Promise<void> {
  const refusal = endpoint.isDeleted ? 'INVALID_STATE' : null;
  const answer = await call(refusal, updateEndpoint(ctx, endpoint.id, { maxConcurrency: maximum }));
  if (answer) endpoint.maxConcurrency = maximum;
}

export async function deleteOne({ ctx, model }: World, endpoint: ModelEndpoint): Promise<void> {
  await call(remove(model, endpoint), deleteEndpoint(ctx, endpoint.id));
}

function expectAnswer(delivery: ModelDelivery, answer: DeliverySnapshot | null): void {
  if (!answer) return;
  const { id, status, failureReason, attemptCount, maxAttempts, version } = delivery;
  expect(answer).toMatchObject({ id, status, failureReason, attemptCount, maxAttempts, version });
}

function byUuid(endpoints: readonly ModelEndpoint[], uuid: string): ModelEndpoint {
  const found = endpoints.find(endpoint => endpoint.uuid === uuid);
  if (!found) throw new Error(`there is no endpoint ${uuid} in the model`);
  return found;
}
