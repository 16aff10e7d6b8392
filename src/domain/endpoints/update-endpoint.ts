import type { Prisma } from '../../database/generated/client.ts';
import { BadUserInputError, InvalidStateError, NotFoundError } from '../../errors.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type Actor, type DomainContext, requirePermission } from '../context.ts';
import { countInFlight } from '../deliveries/in-flight.ts';
import { reservedPrefix } from '../events/event-type.ts';
import { describeEndpointInput } from './describe-endpoint-input.ts';
import { type EndpointInput, toColumns } from './endpoint-input.ts';
import { type EndpointRow, nullableJson } from './endpoint-row.ts';
import { forgetHealth } from './forget-health.ts';
import { keepHeaderValues } from './keep-header-values.ts';
import { requireEndpointId } from './require-endpoint-id.ts';

/**
 * Changes an endpoint: absent keeps, null resets to the default, lists replace whole; a header with `keepValue` keeps the
 * value it has. What is pending is sent by the new settings. Setting the status by hand clears its reason, a pause the
 * receiver asked for, and what it failed so far; another URL ends that pause as well.
 *
 * @throws NotFoundError, BadUserInputError naming the field (for a portal token also event types of `livehook.*`),
 * InvalidStateError where it is deleted, ForbiddenError without ENDPOINTS_MANAGE.
 */
export async function updateEndpoint(ctx: DomainContext, id: string, input: EndpointInput): Promise<EndpointRow> {
  const { services, actor } = ctx;
  requirePermission(actor, 'ENDPOINTS_MANAGE');
  const uuid = requireEndpointId(actor, id, 'id');
  refuseNews(actor, input);
  const { prisma } = services;
  const { retryScheduleSeconds, headers, ...columns } = toColumns(input, services.addressPolicy, services.encryption);
  const endpoint = await prisma.$transaction(async transaction => {
    if (columns.status) await forgetHealth(transaction, actor.tenantId, uuid);
    const isMoved = columns.url !== undefined && (await lockUrl(transaction, uuid)) !== columns.url;
    const [changed] = await transaction.endpoint.updateManyAndReturn({
      where: { id: uuid, tenantId: actor.tenantId, deletedAt: null },
      data: {
        ...columns,
        ...(headers && { headers: await keepHeaderValues(transaction, actor.tenantId, uuid, headers) }),
        ...(retryScheduleSeconds !== undefined && { retryScheduleSeconds: nullableJson(retryScheduleSeconds) }),
        ...((columns.status || isMoved) && { holdUntil: null, holdStartedAt: null }),
        updatedAt: new Date(services.clock.now()),
        revision: { increment: 1 },
      },
    });
    if (!changed) return null;
    await transaction.tenant.update({ where: { id: actor.tenantId }, data: { routingRevision: { increment: 1 } } });
    if (columns.maxConcurrency !== undefined || columns.ordering !== undefined) {
      await countInFlight(transaction, uuid);
    }
    await recordAudit(transaction, ctx, {
      action: 'ENDPOINT_UPDATED',
      targetIds: [id],
      changes: describeEndpointInput(input),
    });
    return changed;
  });
  if (!endpoint) throw await explainMissing(services, actor.tenantId, uuid);
  services.feed.wake([endpoint.id]);
  return endpoint;
}

/** The endpoint's URL, which stays as it is until the transaction ends: no receiver asks for a pause meanwhile. */
async function lockUrl(transaction: Prisma.TransactionClient, id: string): Promise<string | undefined> {
  const rows = await transaction.$queryRaw<{ url: string }[]>`
    SELECT url FROM endpoint WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  return rows[0]?.url;
}

/** News tells of every endpoint of the tenant: a portal token can not ask for it. */
function refuseNews({ endpointIds }: Actor, { eventTypes }: EndpointInput): void {
  const index = endpointIds && eventTypes ? eventTypes.findIndex(pattern => pattern.startsWith(reservedPrefix)) : -1;
  if (index < 0) return;
  throw new BadUserInputError(`input.eventTypes.${index}`, `must not begin with ${reservedPrefix} for a portal token`);
}

/** Why an endpoint that is not deleted was not found. */
export async function explainMissing(
  { prisma }: DomainContext['services'],
  tenantId: string,
  id: string,
): Promise<NotFoundError | InvalidStateError> {
  const deleted = await prisma.endpoint.count({ where: { id, tenantId } });
  return deleted === 0
    ? new NotFoundError('There is no such endpoint.')
    : new InvalidStateError('The endpoint is deleted.');
}
