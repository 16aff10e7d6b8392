import type { DomainContext } from '../context.ts';
import type { EndpointRow } from './endpoint-row.ts';

/** The tenant's endpoints of these ids (UUIDs), by id, deleted ones too; those it has not are missing. */
export async function loadEndpoints(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, EndpointRow>> {
  const rows = await services.prisma.endpoint.findMany({ where: { id: { in: [...ids] }, tenantId: actor.tenantId } });
  return new Map(rows.map(row => [row.id, row]));
}
