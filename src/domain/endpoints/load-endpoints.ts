import { encodePlainArray } from '../../database/arrays.ts';
import { Prisma } from '../../database/generated/client.ts';
import { defineStatement } from '../../database/pool.ts';
import { type DomainContext, reachesEndpoint } from '../context.ts';
import type { EndpointRow } from './endpoint-row.ts';

/** In prisma/schema.prisma each has the snake case of its name. */
const selected = Object.keys(Prisma.EndpointScalarFieldEnum).map(
  name => `${name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)} AS "${name}"`,
);

/** By hand, as every list reads endpoints: `prisma.endpoint.findMany` takes 300 us of CPU more a request. */
const loadStatement = defineStatement<[ids: string, tenantId: string], EndpointRow>({
  name: 'endpoint-load',
  text: `SELECT ${selected.join(', ')} FROM endpoint WHERE id = ANY ($1::uuid[]) AND tenant_id = $2`,
});

/** The actor's endpoints of these ids (UUIDs), by id, deleted ones too; those it has not are missing. */
export async function loadEndpoints(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, EndpointRow>> {
  const reached = ids.filter(id => reachesEndpoint(actor, id));
  const rows = await loadStatement(services.pool, [encodePlainArray(reached), actor.tenantId]);
  return new Map(rows.map(row => [row.id, row]));
}
