import { createHash } from 'node:crypto';
import { defineStatement, withTransaction } from '../../database/pool.ts';
import { BadUserInputError, IdempotencyConflictError, InvalidStateError, NotFoundError } from '../../errors.ts';
import { newUuid } from '../../ids.ts';
import type { Announcement } from '../announcements/announcer.ts';
import { requireId, requireLine } from '../arguments.ts';
import { type DomainContext, requirePermission, type Services } from '../context.ts';
import { requireEventType } from './event-type.ts';
import { type EventRow, findEvents } from './find-events.ts';
import { insertEvents, type NewEvent } from './insert-events.ts';
import { requirePayload } from './payload.ts';
import type { Route, RoutingTable } from './routing.ts';

export interface PublishEventInput {
  readonly type: string;
  readonly payload?: unknown;
  readonly payloadText?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly endpointIds?: readonly string[] | null | undefined;
}

interface CheckedInput {
  readonly type: string;
  readonly payload: string;
  readonly idempotencyKey: string | null;
  readonly endpointIds: readonly string[] | null;
  readonly path: string;
}

const maxEvents = 1000;
const maxEndpointIds = 1000;
const maxKeyLength = 255;
/** The routing can change under a publisher; this often in a row, it is no coincidence. */
const maxRounds = 20;

const claimKeysStatement = defineStatement<
  [tenantId: string, keys: string[], eventIds: string[], fingerprints: Buffer[]],
  { key: string }
>({
  name: 'idempotency-claim',
  text: `
INSERT INTO idempotency_key (tenant_id, key, event_id, fingerprint)
SELECT $1, k.key, k.event_id, k.fingerprint FROM unnest($2::text[], $3::uuid[], $4::bytea[]) AS k (key, event_id, fingerprint)
ORDER BY k.key
ON CONFLICT (tenant_id, key) DO UPDATE SET event_id = excluded.event_id, fingerprint = excluded.fingerprint,
  created_at = now()
WHERE idempotency_key.created_at < now() - interval '7 days'
RETURNING key`,
});

const readKeysStatement = defineStatement<
  [tenantId: string, keys: string[]],
  { key: string; eventId: string; fingerprint: Buffer }
>({
  name: 'idempotency-read',
  text: 'SELECT key, event_id AS "eventId", fingerprint FROM idempotency_key WHERE tenant_id = $1 AND key = ANY ($2::text[])',
});

/**
 * Publishes up to 1,000 events: all of them or none, in one transaction that also writes a delivery for every matching
 * endpoint. An event whose idempotency key was used within 7 days is not published again; the first one is returned.
 *
 * @param path how the client calls the inputs: `input`, or `inputs` for a list.
 * @returns the events in the order of the inputs.
 * @throws BadUserInputError, PayloadTooLargeError, IdempotencyConflictError, NotFoundError (an endpoint of
 * `endpointIds`), InvalidStateError (one that is disabled), ForbiddenError without EVENTS_PUBLISH.
 */
export async function publishEvents(
  { services, actor }: DomainContext,
  inputs: readonly PublishEventInput[],
  path: 'input' | 'inputs',
): Promise<EventRow[]> {
  requirePermission(actor, 'EVENTS_PUBLISH');
  if (inputs.length > maxEvents) throw new BadUserInputError(path, `must have at most ${maxEvents} entries`);
  const checked = inputs.map((input, index) =>
    checkInput(input, path === 'input' ? path : `inputs.${index}`, services.limits.maxPayloadBytes),
  );
  for (let round = 0; round < maxRounds; round += 1) {
    const table = await services.routing.read(actor.tenantId, round > 0);
    // What a table from memory does not know may be new: it is read afresh before a client is told so.
    if (round === 0 && !checked.every(input => knowsEndpoints(input, table))) continue;
    const events = checked.map(input => createEvent(services, actor.tenantId, input, table));
    const keyed = checked.some(input => input.idempotencyKey !== null);
    const written = keyed
      ? await insertOnce(services, actor.tenantId, table.revision, checked, events)
      : await insertAll(services, actor.tenantId, table.revision, events);
    if (!written) continue;
    services.announcer.announce(written.announcement);
    services.feed.wake([...new Set(written.announcement.transitions.map(t => t.delivery.endpointId))]);
    return written.events;
  }
  throw new Error('the endpoints changed too often while events were published');
}

interface Written {
  readonly announcement: Announcement;
  readonly events: EventRow[];
}

async function insertAll(
  services: Services,
  tenantId: string,
  revision: number,
  events: readonly NewEvent[],
): Promise<Written | null> {
  const announcement = await insertEvents(services.pool, tenantId, revision, events);
  return announcement && { announcement, events: events.map(toRow) };
}

/** The keys are claimed first, in their order: a parallel call with the same key waits here, then finds our event. */
async function insertOnce(
  services: Services,
  tenantId: string,
  revision: number,
  inputs: readonly CheckedInput[],
  events: readonly NewEvent[],
): Promise<Written | null> {
  const firstOfKey = new Map<string, { event: NewEvent; fingerprint: Buffer }>();
  inputs.forEach((input, index) => {
    const event = events[index];
    if (input.idempotencyKey === null || !event) return;
    const fingerprint = fingerprintOf(input);
    const first = firstOfKey.get(input.idempotencyKey);
    if (!first) firstOfKey.set(input.idempotencyKey, { event, fingerprint });
    else if (!first.fingerprint.equals(fingerprint)) throw conflict(input);
  });
  const keys = [...firstOfKey.keys()];
  const claims = [...firstOfKey.values()];
  return withTransaction(services.pool, async client => {
    const won = await claimKeysStatement(client, [
      tenantId,
      keys,
      claims.map(claim => claim.event.id),
      claims.map(claim => claim.fingerprint),
    ]);
    const mine = new Set(won.map(row => row.key));
    const known = new Map((await readKeysStatement(client, [tenantId, keys])).map(row => [row.key, row]));
    const fresh: NewEvent[] = [];
    const ids = inputs.map((input, index) => {
      const event = events[index] as NewEvent;
      if (input.idempotencyKey === null) {
        fresh.push(event);
        return event.id;
      }
      const row = known.get(input.idempotencyKey);
      const first = firstOfKey.get(input.idempotencyKey);
      if (!row || !first?.fingerprint.equals(row.fingerprint)) throw conflict(input);
      if (mine.has(input.idempotencyKey) && first.event === event) fresh.push(event);
      return row.eventId;
    });
    const announcement = await insertEvents(client, tenantId, revision, fresh);
    // Nothing may stay claimed for events that were not written.
    if (!announcement) throw new StaleRouting();
    const rows = new Map((await findEvents(client, tenantId, ids)).map(row => [row.id, row]));
    return { announcement, events: ids.map(id => requirePresent(rows.get(id))) };
  }).catch(error => {
    if (error instanceof StaleRouting) return null;
    throw error;
  });
}

function requirePresent(event: EventRow | undefined): EventRow {
  if (event) return event;
  throw new InvalidStateError('The event of this idempotency key has been purged by retention.');
}

class StaleRouting extends Error {}

function conflict(input: CheckedInput): IdempotencyConflictError {
  return new IdempotencyConflictError(
    `The idempotency key of ${input.path} was used for another type, payload or list of endpoints within the last 7 days.`,
  );
}

function checkInput(input: PublishEventInput, path: string, maxPayloadBytes: number): CheckedInput {
  const { endpointIds = null, idempotencyKey = null } = input;
  if (endpointIds && endpointIds.length > maxEndpointIds) {
    throw new BadUserInputError(`${path}.endpointIds`, `must have at most ${maxEndpointIds} entries`);
  }
  return {
    path,
    type: requireEventType(input.type, `${path}.type`),
    payload: requirePayload(input, path, maxPayloadBytes),
    idempotencyKey:
      idempotencyKey === null ? null : requireLine(idempotencyKey, `${path}.idempotencyKey`, maxKeyLength),
    endpointIds: endpointIds && [
      ...new Set(endpointIds.map((id, index) => requireId('ep', id, `${path}.endpointIds.${index}`))),
    ],
  };
}

function createEvent(services: Services, tenantId: string, input: CheckedInput, table: RoutingTable): NewEvent {
  const now = services.clock.now();
  const id = newUuid(now);
  const routes = input.endpointIds ? pickRoutes(input, input.endpointIds, table) : table.match(input.type);
  const deliveries = routes.map(route => ({
    id: newUuid(now),
    route,
    maxAttempts: (route.schedule ?? services.limits.defaultRetryScheduleSeconds).length + 1,
  }));
  return { id, tenantId, type: input.type, payload: input.payload, isTest: false, deliveries };
}

function knowsEndpoints({ endpointIds }: CheckedInput, table: RoutingTable): boolean {
  return (endpointIds ?? []).every(id => (table.routes.get(id)?.status ?? 'DISABLED') !== 'DISABLED');
}

function pickRoutes(input: CheckedInput, endpointIds: readonly string[], table: RoutingTable): Route[] {
  return endpointIds.map(endpointId => {
    const route = table.routes.get(endpointId);
    if (!route) throw new NotFoundError(`There is no such endpoint as one in ${input.path}.endpointIds.`);
    if (route.status === 'DISABLED') {
      throw new InvalidStateError(
        `The endpoint "${route.name}" in ${input.path}.endpointIds is disabled: enable it first.`,
      );
    }
    return route;
  });
}

function fingerprintOf(input: CheckedInput): Buffer {
  const endpointIds = input.endpointIds ? [...input.endpointIds].sort() : null;
  return createHash('sha256')
    .update(JSON.stringify([input.type, endpointIds]))
    .update(input.payload)
    .digest();
}

function toRow({ id, tenantId, type, payload, isTest }: NewEvent): EventRow {
  return { id, tenantId, type, payload, isTest };
}
