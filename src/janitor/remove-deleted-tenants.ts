import type { PoolClient } from 'pg';
import { defineStatement, type Statement, withTransaction } from '../database/pool.ts';
import type { Services } from '../domain/context.ts';

/*
 * Removes the rows of deleted tenants, one batch per transaction. The progress is stored in the row of the tenant:
 * `deleted_at`, the number of removed rows in `removed_rows`, and `purged_at` once none is left. A janitor that is
 * killed loses only its current batch, and the next one continues. Janitors skip a tenant that another janitor works
 * on.
 */

/** The number of deliveries that one transaction removes. Their attempts are removed with them. */
const deliveryBatch = 200;
const eventBatch = 200;
const batch = 1000;
/**
 * Removal starts this long after the deletion of the tenant, because requests that were accepted before may still add
 * rows.
 */
const graceSeconds = 60;
/**
 * How long the tenant's own row remains after its other rows were removed, so that clients can read that the removal is
 * complete.
 */
const tombstoneDays = 30;

type Removal = Statement<[tenantId: string], { count: number }>;

/** Defines a statement that deletes up to `size` rows of a table. `key` is its primary key, or `ctid`. */
function removeRows(table: string, key: string, size: number, condition = 'tenant_id = $1'): Removal {
  return defineStatement({
    name: `tenant-remove-${table}`,
    text: `
WITH removed AS (
  DELETE FROM ${table} WHERE ${key} = ANY (ARRAY (SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ${size})) RETURNING 1
)
SELECT count(*)::int AS count FROM removed`,
  });
}

const ofEndpoint = 'endpoint_id IN (SELECT id FROM endpoint WHERE tenant_id = $1)';

/**
 * Defines a statement that deletes up to 200 deliveries with their attempts. PROCESSING deliveries must be left out by
 * `condition` until their attempt has ended.
 */
function removeDeliveries(name: string, table: string, condition: string): Removal {
  return defineStatement({
    name: `tenant-remove-${name}`,
    text: `
WITH chosen AS MATERIALIZED (
  SELECT id FROM ${table} WHERE tenant_id = $1 ${condition} ORDER BY id LIMIT ${deliveryBatch} FOR UPDATE
), attempts AS (
  DELETE FROM attempt WHERE delivery_id = ANY (ARRAY (SELECT id FROM chosen))
), removed AS (
  DELETE FROM ${table} WHERE id = ANY (ARRAY (SELECT id FROM chosen)) RETURNING 1
)
SELECT count(*)::int AS count FROM removed`,
  });
}

const waitingDeliveries = removeDeliveries('live', 'delivery_live', "AND status IN ('PENDING', 'RETRYING')");
const hasLiveStatement = defineStatement<[tenantId: string], { hasLive: boolean }>({
  name: 'tenant-has-live',
  text: 'SELECT EXISTS (SELECT FROM delivery_live WHERE tenant_id = $1) AS "hasLive"',
});

/**
 * The removals in their order. Rows that refer to other rows come first. Counts come last, because a trigger updates
 * them when deliveries are deleted.
 */
const removals: readonly Removal[] = [
  removeDeliveries('history', 'delivery_history', ''),
  removeRows('event', 'id', eventBatch),
  // An operation that a janitor works on (`turn_at` in the future) is skipped until its step has ended. Only 10 are
  // deleted at once, because each can have 10,000 errors.
  removeRows('bulk_operation', 'id', 10, "tenant_id = $1 AND status <> 'RUNNING' AND turn_at <= now()"),
  removeRows('portal_token', 'id', batch),
  removeRows('api_key', 'id', batch),
  removeRows('endpoint_health', 'endpoint_id', batch, ofEndpoint),
  removeRows('endpoint_secret', 'id', batch, ofEndpoint),
  removeRows('endpoint', 'id', batch),
  removeRows('audit_entry', 'id', batch),
  removeRows('idempotency_key', 'ctid', batch),
  removeRows('event_type', 'ctid', batch),
  removeRows('operational_event', 'id', batch),
  removeRows('event_inbox', 'id', batch),
  removeRows('delivery_tally', 'ctid', batch),
  removeRows('delivery_count', 'ctid', batch),
  removeRows('delivery_series', 'id', batch),
];

const takeStatement = defineStatement<[], { id: string }>({
  name: 'tenant-deleted-take',
  text: `
SELECT id FROM tenant
WHERE deleted_at < now() - interval '${graceSeconds} s' AND purged_at IS NULL
ORDER BY deleted_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
});

const cancelStatement = defineStatement<[tenantId: string], never>({
  name: 'tenant-cancel-bulk-operations',
  text: `UPDATE bulk_operation SET status = 'CANCELED', finished_at = now() WHERE tenant_id = $1 AND status = 'RUNNING'`,
});

const hasBulkStatement = defineStatement<[tenantId: string], { hasBulk: boolean }>({
  name: 'tenant-has-bulk-operations',
  text: 'SELECT EXISTS (SELECT FROM bulk_operation WHERE tenant_id = $1) AS "hasBulk"',
});

const countStatement = defineStatement<[tenantId: string, removed: number, isDone: boolean], never>({
  name: 'tenant-deleted-count',
  text: `
UPDATE tenant SET removed_rows = removed_rows + $2, purged_at = CASE WHEN $3 THEN now() END WHERE id = $1`,
});

const tombstonesStatement = defineStatement<[], never>({
  name: 'tenant-tombstones-remove',
  text: `DELETE FROM tenant WHERE deleted_at IS NOT NULL AND purged_at < now() - interval '${tombstoneDays} days'`,
});

/**
 * Removes the rows of tenants that were deleted at least a minute ago, batch by batch, until none is left or the rest
 * must wait for attempts in flight. Then deletes tenants whose rows were removed 30 days ago.
 *
 * @param signal Aborting it ends the work after the current batch.
 */
export async function removeDeletedTenants({ pool }: Pick<Services, 'pool'>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await withTransaction(pool, removeBatch)));
  await tombstonesStatement(pool, []);
}

/** Removes one batch of one tenant. Returns whether another batch may be removed immediately. */
async function removeBatch(client: PoolClient): Promise<boolean> {
  const [tenant] = await takeStatement(client, []);
  if (!tenant) return false;
  const { id } = tenant;
  await cancelStatement(client, [id]);
  const waiting = await countRemoved(waitingDeliveries, client, id);
  const removed = waiting > 0 ? waiting : await removeFirst(client, id);
  if (removed === null) return false;
  await countStatement(client, [id, removed, removed === 0]);
  return true;
}

/**
 * Runs the removals in order until one has deleted rows, and returns their number. 0 if no rows are left, null if the
 * remaining rows must wait for an attempt or a step.
 */
async function removeFirst(client: PoolClient, tenantId: string): Promise<number | null> {
  const [live] = await hasLiveStatement(client, [tenantId]);
  if (live?.hasLive) return null;
  for (const removal of removals) {
    const count = await countRemoved(removal, client, tenantId);
    if (count > 0) return count;
  }
  const [bulk] = await hasBulkStatement(client, [tenantId]);
  return bulk?.hasBulk ? null : 0;
}

async function countRemoved(removal: Removal, client: PoolClient, tenantId: string): Promise<number> {
  const [row] = await removal(client, [tenantId]);
  return row?.count ?? 0;
}
