import type { Pool, PoolClient } from 'pg';
import { defineStatement } from '../../database/pool.ts';
import type { DeliverySnapshot } from '../../delivery.ts';
import { InvalidStateError, NotFoundError } from '../../errors.ts';
import { formatId } from '../../ids.ts';
import { type Actor, canAccessEndpoint } from '../context.ts';
import { snapshotColumns } from './delivery-columns.ts';

/** A delivery with the data of its endpoint that retry, replay and cancel need. */
export interface DeliveryWithEndpoint extends DeliverySnapshot {
  readonly endpointName: string;
  readonly endpointUrl: string;
  readonly endpointStatus: 'ENABLED' | 'PAUSED' | 'DISABLED';
  readonly endpointDeletedAt: Date | null;
  /** The endpoint's own retry schedule. Null: the server's default. */
  readonly endpointSchedule: readonly number[] | null;
}

const findStatement = defineStatement<[id: string, tenantId: string], DeliveryWithEndpoint>({
  name: 'delivery-find',
  text: `
SELECT ${snapshotColumns('d')}, e.name AS "endpointName", e.url AS "endpointUrl", e.status AS "endpointStatus",
  e.deleted_at AS "endpointDeletedAt", e.retry_schedule_seconds AS "endpointSchedule"
FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id WHERE d.id = $1 AND d.tenant_id = $2`,
});

/**
 * Reads a delivery of the actor by its id (UUID).
 *
 * @throws NotFoundError if it does not exist or the actor cannot access it.
 */
export async function findDelivery(
  pool: Pool | PoolClient,
  actor: Pick<Actor, 'tenantId' | 'endpointIds'>,
  id: string,
): Promise<DeliveryWithEndpoint> {
  const [row] = await findStatement(pool, [id, actor.tenantId]);
  if (!row || !canAccessEndpoint(actor, row.endpointId)) {
    throw new NotFoundError('There is no such delivery.', 'id', formatId('dlv', id));
  }
  return row;
}

/** Creates the error for a delivery that cannot be sent again, because retention has deleted its event. */
export function payloadPurged(): InvalidStateError {
  return new InvalidStateError(
    'The payload of this delivery has been purged by retention, so it cannot be sent again.',
    'PURGED',
  );
}

/**
 * Checks that deliveries of the endpoint may be retried or replayed.
 *
 * @throws InvalidStateError if the endpoint is deleted or disabled.
 */
export function requireUsableEndpoint(endpoint: { readonly status: string; readonly deletedAt: Date | null }): void {
  if (endpoint.deletedAt)
    throw new InvalidStateError('The endpoint is deleted: nothing is sent to it any more.', 'DELETED');
  if (endpoint.status === 'DISABLED')
    throw new InvalidStateError('The endpoint is disabled: enable it first.', 'DISABLED');
}
