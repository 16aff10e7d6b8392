import { encodePlainArray } from '../../database/arrays.ts';
import { Prisma } from '../../database/generated/client.ts';
import { defineStatement } from '../../database/pool.ts';
import { readSized, type SizedRow } from '../byte-budget.ts';
import { canAccessEndpoint, type DomainContext } from '../context.ts';
import { type EndpointHead, type EndpointRow, longEndpointColumns } from './endpoint-row.ts';

/** All columns except the long ones. A column's name is the name of its Prisma field in snake case. */
const selected = Object.keys(Prisma.EndpointScalarFieldEnum)
  .filter(name => !longEndpointColumns.some(long => long === name))
  .map(name => `${name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)} AS "${name}"`);

/** Reads endpoints by SQL, because `prisma.endpoint.findMany` takes 300 µs more CPU time for each request. */
const loadStatement = defineStatement<[ids: string, tenantId: string], EndpointHead>({
  name: 'endpoint-load',
  text: `SELECT ${selected.join(', ')} FROM endpoint WHERE id = ANY ($1::uuid[]) AND tenant_id = $2`,
});

/**
 * Loads the endpoints with these ids (UUIDs) as a map by id, including deleted ones, without their long columns. Ids
 * that the actor cannot access are missing.
 */
export async function loadEndpoints(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, EndpointHead>> {
  const reached = ids.filter(id => canAccessEndpoint(actor, id));
  const rows = await loadStatement(services.pool, [encodePlainArray(reached), actor.tenantId]);
  return new Map(rows.map(row => [row.id, row]));
}

export type EndpointTexts = Pick<EndpointRow, 'id' | (typeof longEndpointColumns)[number]>;

const sizeOfTexts = `(pg_column_size(event_types) + octet_length(headers::text) + coalesce(octet_length(body_template), 0))`;

const textsStatement = defineStatement<[ids: string, tenantId: string, maxBytes: number], EndpointTexts & SizedRow>({
  name: 'endpoint-load-texts',
  text: `
SELECT id, bytes, is_loaded AS "isLoaded", CASE WHEN is_loaded THEN event_types END AS "eventTypes",
  CASE WHEN is_loaded THEN headers END AS headers, CASE WHEN is_loaded THEN body_template END AS "bodyTemplate"
FROM (
  SELECT id, event_types, headers, body_template, ${sizeOfTexts} AS bytes,
    sum(${sizeOfTexts}) OVER (ORDER BY id) <= $3 AS is_loaded
  FROM endpoint WHERE id = ANY ($1::uuid[]) AND tenant_id = $2) AS sized`,
});

/**
 * Loads the event types, custom headers and templates of the endpoints with these ids as a map by id, with the same
 * rules as `loadEndpoints`.
 *
 * @throws AnswerTooLargeError if the texts exceed the byte budget of the GraphQL operation.
 */
export async function loadEndpointTexts(
  { services, actor, budget }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, EndpointTexts>> {
  const rows = await readSized(
    budget,
    ids.filter(id => canAccessEndpoint(actor, id)),
    (some, maxBytes) => textsStatement(services.pool, [encodePlainArray(some), actor.tenantId, maxBytes]),
    row => row.id,
  );
  return new Map(rows.map(row => [row.id, row]));
}
