import { defineStatement } from '../../database/pool.ts';
import { requireId } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext, Services } from '../context.ts';
import { announceFinished } from '../deliveries/announce-change.ts';
import { finishDeliveries } from '../delivery-state/index.ts';
import { authorize } from '../verbs.ts';
import { awaitSenders } from './await-senders.ts';
import type { EndpointRow } from './endpoint-row.ts';
import { resetEndpointHealth } from './reset-endpoint-health.ts';
import { missingEndpointError } from './update-endpoint.ts';

/**
 * Deletes an endpoint. No request to it starts after this resolves. Waiting deliveries become FAILED with the failure
 * reason ENDPOINT_DELETED. The endpoint's history and name stay readable, and attempts in flight are still recorded.
 *
 * @throws NotFoundError, BadUserInputError (`id`), InvalidStateError if it is already deleted, ForbiddenError without
 *   ENDPOINTS_MANAGE, and for a portal token.
 */
export async function deleteEndpoint(ctx: DomainContext, id: string): Promise<EndpointRow> {
  const { services, actor } = ctx;
  authorize(actor, 'deleteEndpoint');
  const uuid = requireId('ep', id, 'id');
  const { prisma } = services;
  const now = new Date(services.clock.now());
  const endpoint = await prisma.$transaction(async transaction => {
    await resetEndpointHealth(transaction, actor.tenantId, uuid);
    const [deleted] = await transaction.endpoint.updateManyAndReturn({
      where: { id: uuid, tenantId: actor.tenantId, deletedAt: null },
      data: { deletedAt: now, updatedAt: now, revision: { increment: 1 } },
    });
    if (!deleted) return null;
    await transaction.tenant.update({ where: { id: actor.tenantId }, data: { routingRevision: { increment: 1 } } });
    await recordAudit(transaction, ctx, { action: 'ENDPOINT_DELETED', targetIds: [id] });
    return deleted;
  });
  if (!endpoint) throw await missingEndpointError(services, actor.tenantId, uuid, 'id');
  await awaitSenders(services, uuid);
  // Only the first deliveries of a long queue are ended here. The janitor ends the others, including those that a
  // publisher is just inserting.
  await endWaitingDeliveries(services, [uuid], roundsInRequest, maxRequestMs);
  return endpoint;
}

const chunk = 1000;
const roundsInRequest = 5;
/**
 * After this time in ms no further chunk is ended within the request, so that a slow database does not delay the
 * response.
 */
const maxRequestMs = 1_000;

const waitingStatement = defineStatement<[endpointIds: readonly string[]], { id: string }>({
  name: 'endpoint-waiting',
  text: `
SELECT q.id FROM unnest($1::uuid[]) AS e (id) CROSS JOIN LATERAL (
  SELECT d.id FROM delivery_live d WHERE d.endpoint_id = e.id AND d.status IN ('PENDING', 'RETRYING')
  ORDER BY d.due_at, d.id LIMIT ${chunk}) q
LIMIT ${chunk}`,
});

/**
 * Ends the waiting deliveries of deleted endpoints, in up to `maxRounds` chunks of 1,000. Starts no further chunk after
 * `maxMs`.
 *
 * @returns the number of deliveries that were ended.
 */
export async function endWaitingDeliveries(
  services: Pick<Services, 'pool' | 'announcer'>,
  endpointIds: readonly string[],
  maxRounds: number,
  maxMs = Number.POSITIVE_INFINITY,
): Promise<number> {
  const startedMs = performance.now();
  let ended = 0;
  for (let round = 0; round < maxRounds; round += 1) {
    const waiting = await waitingStatement(services.pool, [endpointIds]);
    const finished = await finishDeliveries(
      services.pool,
      waiting.map(row => row.id),
      'ENDPOINT_DELETED',
    );
    announceFinished(services, finished);
    ended += finished.length;
    if (waiting.length < chunk || performance.now() - startedMs >= maxMs) break;
  }
  return ended;
}
