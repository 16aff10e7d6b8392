import type { Pool, PoolClient } from 'pg';
import { encodePlainArray, encodeTextArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { DeliverySnapshot, Transition } from '../../feed/transition.ts';
import type { Announcement } from '../announcements/announcer.ts';
import type { Route } from './routing.ts';

/** One event with its deliveries. Ids are made by the caller: each delivery's in the event's millisecond. */
export interface NewEvent {
  readonly id: string;
  readonly tenantId: string;
  readonly type: string;
  readonly payload: string;
  readonly isTest: boolean;
  readonly deliveries: readonly { readonly id: string; readonly route: Route; readonly maxAttempts: number }[];
}

/*
 * Event, deliveries and outbox row in one statement, if the tenant's routing is still at the revision by which the
 * endpoints were chosen and the payloads were redacted. `lock_routing_revision` reads the revision that is committed, and
 * keeps redaction as it is until this transaction ends. `due_at` is cut to its
 * milliseconds: rounded up, it would be due after a claim that comes at once, and wait for the next poll.
 */
const insertStatement = defineStatement<(string | number)[], { nowMs: number; outboxId: number | null }>({
  name: 'events-insert',
  text: `
WITH current AS MATERIALIZED (
  SELECT WHERE lock_routing_revision($1, $2)
), events AS (
  INSERT INTO event (id, tenant_id, type, payload, is_test)
  SELECT e.id, $1, e.type, e.payload, e.is_test
  FROM unnest($3::uuid[], $4::text[], $5::text[], $6::bool[]) AS e (id, type, payload, is_test), current
  RETURNING id
), types AS (
  INSERT INTO event_type (tenant_id, type)
  SELECT $1, new.type FROM (SELECT DISTINCT unnest($4::text[]) AS type ORDER BY type) AS new, current
  WHERE (SELECT true FROM event_type known WHERE known.tenant_id = $1 AND known.type = new.type) IS NULL
  ON CONFLICT DO NOTHING
), deliveries AS (
  INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, due_at, updated_at, status, max_attempts, live,
    is_test, event_type)
  SELECT d.id, $1, d.endpoint_id, d.event_id, date_trunc('milliseconds', now()), now(), 'PENDING', d.max_attempts, true, d.is_test, d.event_type
  FROM unnest($7::uuid[], $8::uuid[], $9::uuid[], $10::int[], $11::bool[], $12::text[])
    AS d (id, endpoint_id, event_id, max_attempts, is_test, event_type), current
  RETURNING id
), announced AS (
  INSERT INTO outbox (delivery_ids, versions, statuses, previous_statuses)
  SELECT array_agg(id), array_agg(1), array_agg('PENDING'::delivery_status), array_agg(NULL::delivery_status)
  FROM deliveries HAVING count(*) > 0
  RETURNING id
)
SELECT round(date_part('epoch', now()) * 1000) AS "nowMs", (SELECT id FROM announced) AS "outboxId" FROM current`,
});

/**
 * Writes events of one tenant with their deliveries: all of them, or none.
 *
 * @returns what to announce, or null where the routing has changed since: read it afresh and call again.
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
  if (!row) return null;
  const nowMs = Math.round(row.nowMs);
  const transitions = deliveries.map(delivery => describeCreation(delivery.event, delivery, nowMs));
  return { outboxId: row.outboxId, transitions };
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
    nextAttemptAt: nowMs,
    updatedAt: nowMs,
    finishedAt: null,
    lastFailedAt: null,
    isTest: event.isTest,
    replayOf: null,
    version: 1,
  };
  return {
    delivery: created,
    previous: null,
    occurredAt: nowMs,
    endpointName: delivery.route.name,
    endpointUrl: delivery.route.url,
  };
}
