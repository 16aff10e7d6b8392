import { encodePlainArray } from '../../database/arrays.ts';
import type { Prisma } from '../../database/generated/client.ts';
import { defineStatement } from '../../database/pool.ts';
import { readSized, type SizedRow } from '../byte-budget.ts';
import type { DomainContext } from '../context.ts';
import { idBounds } from '../deliveries/id-bounds.ts';
import { authorize } from '../verbs.ts';

/** The length of a preview, in characters (Unicode code points). */
export const previewLength = 120;

type IdValues = [tenantId: string, ids: string, first: string, last: string];

/* BETWEEN makes a generic plan skip partitions, which it cannot do with ANY alone. */
const wanted = 'FROM event WHERE id = ANY ($2::uuid[]) AND id BETWEEN $3 AND $4 AND tenant_id = $1';

type PayloadRow = SizedRow & { readonly id: string; readonly payload: string };

/*
 * Reads payloads up to a total size. PostgreSQL knows the size of a large text without reading it, so only the payloads
 * that are returned are read.
 */
const payloadStatement = defineStatement<[...IdValues, maxBytes: number], PayloadRow>({
  name: 'events-load-payloads',
  text: `
SELECT id, bytes, is_loaded AS "isLoaded", CASE WHEN is_loaded THEN payload END AS payload FROM (
  SELECT id, payload, octet_length(payload) AS bytes, sum(octet_length(payload)) OVER (ORDER BY id) <= $5 AS is_loaded
  ${wanted}) AS sized`,
});

const previewStatement = defineStatement<IdValues, { id: string; payload: string }>({
  name: 'events-load-previews',
  text: `SELECT id, left(payload, ${previewLength}) AS payload ${wanted}`,
});

/**
 * Returns the Prisma condition for the event with this id (UUID), if the actor can access it. A portal token can access
 * an event that was delivered to one of its endpoints.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export function whereEvent({ actor }: Pick<DomainContext, 'actor'>, id: string): Prisma.EventWhereUniqueInput {
  authorize(actor, 'event');
  const { tenantId, endpointIds } = actor;
  return { id, tenantId, ...(endpointIds && { deliveries: { some: { endpointId: { in: [...endpointIds] } } } }) };
}

/**
 * Loads the payloads of these events of the tenant as a map by event id. Each has up to `MAX_PAYLOAD_BYTES`, so load
 * only those that are returned to the client.
 *
 * @throws AnswerTooLargeError if they exceed the byte budget of the GraphQL operation.
 */
export async function loadPayloads(ctx: DomainContext, ids: readonly string[]): Promise<Map<string, string>> {
  const { services, actor, budget } = ctx;
  const rows = await readSized(
    budget,
    ids,
    async (some, maxBytes) => {
      const bounds = idBounds(some);
      if (!bounds) return [];
      return payloadStatement(services.pool, [actor.tenantId, encodePlainArray(some), ...bounds, maxBytes]);
    },
    row => row.id,
  );
  return new Map(rows.map(row => [row.id, row.payload]));
}

/** Loads the first 120 characters of each payload, by the id of the event. */
export async function loadPreviews(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const bounds = idBounds(ids);
  const rows = bounds ? await previewStatement(services.pool, [actor.tenantId, encodePlainArray(ids), ...bounds]) : [];
  return new Map(rows.map(row => [row.id, row.payload]));
}
