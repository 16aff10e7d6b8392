import type { PoolClient } from 'pg';
import type { Encryption } from '../../database/encryption.ts';
import { defineStatement, withTransaction } from '../../database/pool.ts';
import { IdempotencyConflictError, InvalidStateError, UnavailableError } from '../../errors.ts';
import { announceCreated } from '../announcements/announce-created.ts';
import type { Announcement } from '../announcements/announcer.ts';
import type { Services } from '../context.ts';
import { type EventRow, findEvents } from './find-events.ts';
import { insertEvents, type NewEvent } from './insert-events.ts';

/** A validated event to publish. Its payload is not redacted yet. */
export interface CheckedInput {
  readonly type: string;
  readonly payload: string;
  readonly idempotencyKey: string | null;
  readonly endpointIds: readonly string[] | null;
  readonly path: string;
}

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
 * Inserts events, except those whose idempotency key was used before. The keys are claimed first, in sorted order. A
 * parallel call with the same key waits for that claim, and then finds the event of this call.
 *
 * @returns for each input the event that was first published with its key; null if the routing has changed, and nothing
 *   was written.
 * @throws IdempotencyConflictError, InvalidStateError if retention has deleted the first event of a key.
 */
export async function insertOnce(
  services: Services,
  tenantId: string,
  revision: number,
  inputs: readonly CheckedInput[],
  events: readonly NewEvent[],
): Promise<EventRow[] | null> {
  const written = await withTransaction(services.publishPool, client =>
    insertOnceWithin(client, services, tenantId, revision, inputs, events),
  ).catch(error => {
    if (error instanceof StaleRouting) return null;
    throw error;
  });
  if (!written) return null;
  announceCreated(services, written.announcement);
  return written.rows;
}

/**
 * Like `insertOnce`, in a transaction of the caller, who announces the events after the commit.
 *
 * @throws StaleRouting if the routing has changed. The caller must then roll back.
 */
export async function insertOnceWithin(
  client: PoolClient,
  { encryption }: Pick<Services, 'encryption'>,
  tenantId: string,
  revision: number,
  inputs: readonly CheckedInput[],
  events: readonly NewEvent[],
): Promise<{ readonly announcement: Announcement; readonly rows: EventRow[] }> {
  const firstOfKey = new Map<string, { event: NewEvent; fingerprint: Buffer }>();
  inputs.forEach((input, index) => {
    const event = events[index];
    if (input.idempotencyKey === null || !event) return;
    const fingerprint = fingerprintOf(input, encryption);
    const first = firstOfKey.get(input.idempotencyKey);
    if (!first) firstOfKey.set(input.idempotencyKey, { event, fingerprint });
    else if (!first.fingerprint.equals(fingerprint)) throw conflict(input, null);
  });
  const keys = [...firstOfKey.keys()];
  const firstClaims = [...firstOfKey.values()];
  const claimed = await claimKeysStatement(client, [
    tenantId,
    keys,
    firstClaims.map(claim => claim.event.id),
    firstClaims.map(claim => claim.fingerprint),
  ]);
  const claimedKeys = new Set(claimed.map(row => row.key));
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
    if (row?.fingerprint.length === 0) throw new UnavailableError(pendingMessage);
    if (!row || !first?.fingerprint.equals(row.fingerprint)) throw conflict(input, row?.eventId ?? null);
    if (claimedKeys.has(input.idempotencyKey) && first.event === event) fresh.push(event);
    return row.eventId;
  });
  const announcement = await insertEvents(client, tenantId, revision, fresh);
  // The rollback that this error causes releases the claimed keys, for which no events were written.
  if (!announcement) throw new StaleRouting();
  const found = new Map((await findEvents(client, tenantId, ids)).map(row => [row.id, row]));
  return { announcement, rows: ids.map(id => requirePresent(found.get(id))) };
}

function requirePresent(event: EventRow | undefined): EventRow {
  if (event) return event;
  throw new InvalidStateError('The event of this idempotency key has been purged by retention.', 'PURGED');
}

/**
 * The error for a key that has no fingerprint yet: `livehook.publish_event` claims keys before the fingerprint can be
 * computed (see publish-inbox.ts).
 */
const pendingMessage = 'The event of this idempotency key is being published: try again later.';

class StaleRouting extends Error {}

function conflict(input: CheckedInput, eventId: string | null): IdempotencyConflictError {
  const ofInput = input.path === '' ? '' : ` of ${input.path}`;
  return new IdempotencyConflictError(
    `The idempotency key${ofInput} was used for another type, payload or list of endpoints within the last 7 days.`,
    eventId,
  );
}

/*
 * Computes the fingerprint of an input before redaction, by which two calls with one idempotency key are compared. It
 * is keyed, because a plain hash would reveal a redacted card security code, which has only a thousand values.
 */
export function fingerprintOf(
  input: Pick<CheckedInput, 'type' | 'payload' | 'endpointIds'>,
  encryption: Encryption,
): Buffer {
  const endpointIds = input.endpointIds ? [...input.endpointIds].sort() : null;
  return encryption.fingerprint(JSON.stringify([input.type, endpointIds]), input.payload);
}
