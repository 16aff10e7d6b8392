import type { Pool, PoolClient } from 'pg';
import { encodePlainArray, encodeTextArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { DeliverySnapshot, Transition } from '../../delivery.ts';
import type { Announcement } from '../announcements/announcer.ts';
import { insertOutbox } from '../announcements/insert-outbox.ts';
import { describeTransition } from '../deliveries/announce-change.ts';
import { reservedPrefix } from './event-type.ts';
import { UnknownEventTypesError } from './register-event-types.ts';
import type { Route } from './routing.ts';

/**
 * An event to insert with its deliveries. The caller creates the ids. The ids of the deliveries contain the same
 * millisecond as that of the event.
 */
export interface NewEvent {
  readonly id: string;
  readonly tenantId: string;
  readonly type: string;
  readonly payload: string;
  readonly isTest: boolean;
  readonly deliveries: readonly { readonly id: string; readonly route: Route; readonly maxAttempts: number }[];
}

/*
 * Inserts events, deliveries and the outbox row in one statement, if the tenant's routing still has the revision by
 * which endpoints were chosen and payloads were redacted. `lock_routing_revision` reads the committed revision and
 * locks the redaction until this transaction ends. `due_at` is truncated to milliseconds: rounded up, it would be in
 * the future for an immediate claim.
 *
 * Event types that the tenant has not registered stop the insert, because registering them needs a lock (see
 * register-event-types.ts). Operational events are exempt. The use of a type is recorded at most once a day. SKIP
 * LOCKED keeps publishers from waiting for each other there.
 */
const insertStatement = defineStatement<
  (string | number)[],
  { nowMs: number; outboxId: number | null; isCurrent: boolean; detailsRevision: number; unknownTypes: string[] }
>({
  name: 'events-insert',
  text: `
WITH types AS MATERIALIZED (
  SELECT new.type, (SELECT known.last_used_at FROM event_type known
    WHERE known.tenant_id = $1 AND known.type = new.type) AS last_used_at
  FROM (SELECT DISTINCT unnest($4::text[]) AS type ORDER BY type) AS new
), unknown AS MATERIALIZED (
  SELECT type FROM types WHERE last_used_at IS NULL AND NOT starts_with(type, '${reservedPrefix}')
), current AS MATERIALIZED (
  SELECT WHERE lock_routing_revision($1, $2) AND (SELECT true FROM unknown LIMIT 1) IS NULL
), events AS (
  INSERT INTO event (id, tenant_id, type, payload, is_test)
  SELECT e.id, $1, e.type, e.payload, e.is_test
  FROM unnest($3::uuid[], $4::text[], $5::text[], $6::bool[]) AS e (id, type, payload, is_test), current
  RETURNING id
), registered AS (
  INSERT INTO event_type (tenant_id, type) SELECT $1, type FROM types, current WHERE last_used_at IS NULL
  ON CONFLICT DO NOTHING
), used AS (
  UPDATE event_type SET last_used_at = now()
  WHERE ctid = ANY (ARRAY (
    SELECT ctid FROM event_type WHERE tenant_id = $1
      AND type = ANY (ARRAY (SELECT type FROM types, current WHERE last_used_at < now() - interval '1 day'))
    FOR UPDATE SKIP LOCKED))
), deliveries AS (
  INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, due_at, updated_at, status, max_attempts, live,
    is_test, event_type)
  SELECT d.id, $1, d.endpoint_id, d.event_id, date_trunc('milliseconds', now()), now(), 'PENDING', d.max_attempts, true, d.is_test, d.event_type
  FROM unnest($7::uuid[], $8::uuid[], $9::uuid[], $10::int[], $11::bool[], $12::text[])
    AS d (id, endpoint_id, event_id, max_attempts, is_test, event_type), current
  RETURNING id, version, status
), ${insertOutbox('deliveries', 'NULL')}
SELECT round(date_part('epoch', now()) * 1000) AS "nowMs", (SELECT id FROM announced) AS "outboxId",
  (SELECT true FROM current) IS NOT NULL AS "isCurrent",
  (SELECT endpoint_details_revision FROM tenant WHERE id = $1) AS "detailsRevision", ARRAY (SELECT type FROM unknown) AS "unknownTypes"`,
});

/**
 * Writes events of one tenant with their deliveries: all or none.
 *
 * @returns the announcement, or null if the routing has changed: then read it again and retry.
 * @throws UnknownEventTypesError if the tenant has not registered a type (see `insertWithNewTypes`).
 */
export async function insertEvents(
  db: Pool | PoolClient,
  tenantId: string,
  routingRevision: number,
  events: readonly NewEvent[],
): Promise<Announcement | null> {
  const deliveries = events.flatMap(event => event.deliveries.map(delivery => ({ event, ...delivery })));
  const [row] = await insertStatement(db, [
    tenantId,
    routingRevision,
    encodePlainArray(events.map(event => event.id)),
    encodeTextArray(events.map(event => event.type)),
    encodeTextArray(events.map(event => event.payload)),
    encodePlainArray(events.map(event => event.isTest)),
    encodePlainArray(deliveries.map(delivery => delivery.id)),
    encodePlainArray(deliveries.map(delivery => delivery.route.endpointId)),
    encodePlainArray(deliveries.map(delivery => delivery.event.id)),
    encodePlainArray(deliveries.map(delivery => delivery.maxAttempts)),
    encodePlainArray(deliveries.map(delivery => delivery.event.isTest)),
    encodeTextArray(deliveries.map(delivery => delivery.event.type)),
  ]);
  if (row && row.unknownTypes.length > 0) throw new UnknownEventTypesError(row.unknownTypes);
  if (!row?.isCurrent) return null;
  const nowMs = Math.round(row.nowMs);
  const transitions = deliveries.map(delivery => describeCreation(delivery.event, delivery, nowMs));
  const isRenamed = deliveries.some(({ route }) => route.detailsRevision !== row.detailsRevision);
  return { outboxId: row.outboxId, transitions, renamedInTenantId: isRenamed ? tenantId : null };
}

function describeCreation(event: NewEvent, delivery: NewEvent['deliveries'][number], nowMs: number): Transition {
  const created: DeliverySnapshot = {
    id: delivery.id,
    tenantId: event.tenantId,
    endpointId: delivery.route.endpointId,
    eventId: event.id,
    eventType: event.type,
    status: 'PENDING',
    failureReason: null,
    attemptCount: 0,
    maxAttempts: delivery.maxAttempts,
    responseStatus: null,
    errorCode: null,
    errorMessage: null,
    latencyMs: null,
    nextAttemptAt: nowMs,
    updatedAt: nowMs,
    finishedAt: null,
    lastFailedAt: null,
    isTest: event.isTest,
    replayOf: null,
    bulkOperationId: null,
    version: 1,
  };
  return describeTransition(null, created, { endpointName: delivery.route.name, endpointUrl: delivery.route.url });
}
