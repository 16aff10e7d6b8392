import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { DomainContext } from '../context.ts';
import { idBounds } from '../deliveries/id-bounds.ts';
import type { EventHead } from './list-events.ts';
import { filterReachedEvents } from './reached-events.ts';

/** The length of a preview, in characters (Unicode code points). */
export const previewLength = 120;

type IdValues = [tenantId: string, ids: string, first: string, last: string];

/* The bounds let a plan that was made without the values leave out partitions; ANY alone doesn't. */
const wanted = 'FROM event WHERE id = ANY ($2::uuid[]) AND id BETWEEN $3 AND $4 AND tenant_id = $1';

const headStatement = defineStatement<IdValues, EventHead>({
  name: 'events-load-heads',
  text: `SELECT id, tenant_id AS "tenantId", type, is_test AS "isTest" ${wanted}`,
});

const payloadStatement = defineStatement<IdValues, { id: string; payload: string }>({
  name: 'events-load-payloads',
  text: `SELECT id, payload ${wanted}`,
});

const previewStatement = defineStatement<IdValues, { id: string; payload: string }>({
  name: 'events-load-previews',
  text: `SELECT id, left(payload, ${previewLength}) AS payload ${wanted}`,
});

/** The actor's events of these ids (UUIDs), by id, without their payloads. Unknown and purged ones are missing. */
export async function loadEventHeads(ctx: DomainContext, ids: readonly string[]): Promise<Map<string, EventHead>> {
  const { services, actor } = ctx;
  const reached = await filterReachedEvents(ctx, ids);
  const bounds = idBounds(reached);
  const rows = bounds ? await headStatement(services.pool, [actor.tenantId, encodePlainArray(reached), ...bounds]) : [];
  return new Map(rows.map(row => [row.id, row]));
}

/** The payloads of the tenant's events among these, by id. Up to `MAX_PAYLOAD_BYTES` each: ask only for what is shown. */
export async function loadPayloads(ctx: DomainContext, ids: readonly string[]): Promise<Map<string, string>> {
  return readTexts(ctx, payloadStatement, ids);
}

/** The first 120 characters of each payload. As `loadPayloads` in all else. */
export async function loadPreviews(ctx: DomainContext, ids: readonly string[]): Promise<Map<string, string>> {
  return readTexts(ctx, previewStatement, ids);
}

async function readTexts(
  { services, actor }: DomainContext,
  statement: typeof payloadStatement,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const bounds = idBounds(ids);
  const rows = bounds ? await statement(services.pool, [actor.tenantId, encodePlainArray(ids), ...bounds]) : [];
  return new Map(rows.map(row => [row.id, row.payload]));
}
