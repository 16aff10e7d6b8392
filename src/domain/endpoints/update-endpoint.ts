import type { Prisma } from '../../database/generated/client.ts';
import { InvalidStateError, NotFoundError } from '../../errors.ts';
import { formatId } from '../../ids.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { countInFlight } from '../delivery-state/index.ts';
import { type CurrentEndpoint, requirePortalChange } from '../portal-tokens/require-portal-change.ts';
import { requireListLength } from '../quotas.ts';
import { authorize } from '../verbs.ts';
import { awaitSenders } from './await-senders.ts';
import { checkTemplates } from './check-templates.ts';
import { describeEndpointInput } from './describe-endpoint-input.ts';
import { type EndpointInput, toColumns } from './endpoint-input.ts';
import { restoreSchedules } from './endpoint-reactions.ts';
import { type EndpointRow, nullableJson } from './endpoint-row.ts';
import { keepHeaderValues } from './keep-header-values.ts';
import { requireEndpointId } from './require-endpoint-id.ts';
import { resetEndpointHealth } from './reset-endpoint-health.ts';
import { keepFormerUrl } from './search-endpoints.ts';

/**
 * Changes an endpoint. An absent field keeps its value, null resets it to the default, and a list replaces the whole
 * list. A header with `keepValue` keeps its value. Every request that starts after this resolves uses the new settings.
 * Setting the status clears its reason, a pause that the receiver asked for, and the recorded failures. Changing the
 * URL ends that pause too, and makes deliveries that it delayed due by their retry schedule.
 *
 * @throws NotFoundError, BadUserInputError naming the field (for a portal token also by the rules of
 *   `requirePortalChange`), InvalidStateError if the endpoint is deleted, ForbiddenError without ENDPOINTS_MANAGE.
 */
export async function updateEndpoint(ctx: DomainContext, id: string, input: EndpointInput): Promise<EndpointRow> {
  const { services, actor } = ctx;
  authorize(actor, 'updateEndpoint');
  const uuid = requireEndpointId(actor, id, 'id');
  const { prisma } = services;
  const { retryScheduleSeconds, headers, ...columns } = toColumns(input, services.addressPolicy, services.encryption);
  if (input.bodyTemplate || input.url || input.headers !== undefined) {
    const select = { bodyTemplate: true, headers: true };
    const stored = await prisma.endpoint.findFirst({ where: { id: uuid, tenantId: actor.tenantId }, select });
    if (stored) await checkTemplates(ctx, input, stored);
  }
  const endpoint = await prisma.$transaction(async transaction => {
    if (columns.status) await resetEndpointHealth(transaction, actor.tenantId, uuid);
    const current = await lockEndpoint(transaction, actor.tenantId, uuid);
    if (current === null) return null;
    requirePortalChange(actor, input, current);
    const { eventTypesPerEndpoint, headersPerEndpoint } = services.quotas;
    const { eventTypes = [] } = columns;
    requireListLength('input.eventTypes', eventTypes.length, eventTypesPerEndpoint, current.eventTypes.length);
    requireListLength('input.headers', headers?.length ?? 0, headersPerEndpoint, current.headers.length);
    const isMoved = columns.url !== undefined && current.url !== columns.url;
    const [changed] = await transaction.endpoint.updateManyAndReturn({
      where: { id: uuid, tenantId: actor.tenantId, deletedAt: null },
      data: {
        ...columns,
        ...(headers && { headers: keepHeaderValues(current.headers, headers) }),
        ...(retryScheduleSeconds !== undefined && { retryScheduleSeconds: nullableJson(retryScheduleSeconds) }),
        ...((columns.status || isMoved) && { holdUntil: null, holdStartedAt: null }),
        updatedAt: new Date(services.clock.now()),
        revision: { increment: 1 },
      },
    });
    if (!changed) return null;
    if (isMoved) {
      await keepFormerUrl(transaction, uuid, current.url);
      await restoreSchedules(transaction, uuid);
    }
    const revisions = findRevisions(current, changed);
    if (revisions) await transaction.tenant.update({ where: { id: actor.tenantId }, data: revisions });
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
  if (!endpoint) throw await missingEndpointError(services, actor.tenantId, uuid, 'id');
  services.feed.notifySenders([{ endpointId: endpoint.id, tenantId: actor.tenantId, count: null }]);
  await awaitSenders(services, endpoint.id);
  return endpoint;
}

type LockedEndpoint = CurrentEndpoint &
  Pick<EndpointRow, 'name' | 'status'> & { readonly retryScheduleSeconds: readonly number[] | null };

/**
 * Returns the tenant's revisions that the change must increment: `routingRevision` if events are routed differently,
 * and `endpointDetailsRevision` if the name or URL changes. Null if publishers need not know of the change.
 */
function findRevisions(before: LockedEndpoint, after: EndpointRow) {
  const describeRouting = (endpoint: LockedEndpoint | EndpointRow) =>
    JSON.stringify([endpoint.status === 'DISABLED', endpoint.eventTypes, endpoint.retryScheduleSeconds]);
  const isRerouted = describeRouting(before) !== describeRouting(after);
  const isRenamed = before.name !== after.name || before.url !== after.url;
  if (!isRerouted && !isRenamed) return null;
  return {
    ...(isRerouted && { routingRevision: { increment: 1 } }),
    ...(isRenamed && { endpointDetailsRevision: { increment: 1 } }),
  };
}

/**
 * Reads an endpoint and locks it until the end of the transaction. Null if the tenant has no such endpoint, or it is
 * deleted.
 */
async function lockEndpoint(
  transaction: Prisma.TransactionClient,
  tenantId: string,
  id: string,
): Promise<LockedEndpoint | null> {
  const [current] = await transaction.$queryRaw<LockedEndpoint[]>`
    SELECT name, url, status, event_types AS "eventTypes", headers, retry_schedule_seconds AS "retryScheduleSeconds"
    FROM endpoint
    WHERE id = ${id}::uuid AND tenant_id = ${tenantId}::uuid AND deleted_at IS NULL FOR NO KEY UPDATE`;
  return current ?? null;
}

/**
 * Returns the error for an endpoint that was not found: InvalidStateError if it is deleted, else NotFoundError.
 *
 * @param argument the path of the argument that contains its id.
 */
export async function missingEndpointError(
  { prisma }: DomainContext['services'],
  tenantId: string,
  id: string,
  argument: string,
): Promise<NotFoundError | InvalidStateError> {
  const deleted = await prisma.endpoint.count({ where: { id, tenantId } });
  return deleted === 0
    ? new NotFoundError('There is no such endpoint.', argument, formatId('ep', id))
    : new InvalidStateError('The endpoint is deleted.', 'DELETED');
}
