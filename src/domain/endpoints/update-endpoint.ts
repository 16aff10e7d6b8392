import { InvalidStateError, NotFoundError } from '../../errors.ts';
import { requireId } from '../arguments.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import { type EndpointInput, toColumns } from './endpoint-input.ts';
import { type EndpointRow, nullableJson } from './endpoint-row.ts';
import { fitInFlightCounter } from './in-flight-counter.ts';

/**
 * Changes an endpoint: absent keeps, null resets to the default, lists replace whole. What is pending is sent by the
 * new settings. Setting the status by hand clears its reason and a pause the receiver asked for.
 *
 * @throws NotFoundError, BadUserInputError naming the field, InvalidStateError where it is deleted, ForbiddenError
 * without ENDPOINTS_MANAGE.
 */
export async function updateEndpoint(
  { services, actor }: DomainContext,
  id: string,
  input: EndpointInput,
): Promise<EndpointRow> {
  requirePermission(actor, 'ENDPOINTS_MANAGE');
  const uuid = requireId('ep', id, 'id');
  const { prisma } = services;
  const { retryScheduleSeconds, ...columns } = toColumns(input, services.addressPolicy, services.encryption);
  const [[endpoint]] = await prisma.$transaction([
    prisma.endpoint.updateManyAndReturn({
      where: { id: uuid, tenantId: actor.tenantId, deletedAt: null },
      data: {
        ...columns,
        ...(retryScheduleSeconds !== undefined && { retryScheduleSeconds: nullableJson(retryScheduleSeconds) }),
        ...(columns.status && { holdUntil: null }),
        updatedAt: new Date(services.clock.now()),
        revision: { increment: 1 },
      },
    }),
    prisma.tenant.update({ where: { id: actor.tenantId }, data: { routingRevision: { increment: 1 } } }),
    ...(columns.maxConcurrency === undefined && columns.ordering === undefined ? [] : fitInFlightCounter(prisma, uuid)),
  ]);
  if (!endpoint) throw await explainMissing(services, actor.tenantId, uuid);
  services.feed.wake([endpoint.id]);
  return endpoint;
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
