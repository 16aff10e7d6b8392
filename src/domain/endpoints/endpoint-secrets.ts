import { generateSecret } from '../../egress/signing.ts';
import { newUuid } from '../../ids.ts';
import { requireInteger } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import type { EndpointRow } from './endpoint-row.ts';
import { requireEndpointId } from './require-endpoint-id.ts';
import { explainMissing } from './update-endpoint.ts';

const defaultOverlapSeconds = 86_400;
const maxOverlapSeconds = 30 * 86_400;

/**
 * Gives an endpoint a new secret. The old one keeps signing beside it for the overlap, so that the receiver can change
 * over; one that was still in its overlap keeps its end.
 *
 * @param overlapSeconds 0 to 2,592,000 (30 days); default 86,400.
 * @returns the endpoint and the new secret, in clear.
 * @throws NotFoundError, BadUserInputError, InvalidStateError where it is deleted, ForbiddenError without ENDPOINTS_MANAGE.
 */
export async function rotateEndpointSecret(
  ctx: DomainContext,
  id: string,
  overlapSeconds: number | null,
): Promise<{ endpoint: EndpointRow; secret: string }> {
  const { services, actor } = ctx;
  requirePermission(actor, 'ENDPOINTS_MANAGE');
  const uuid = requireEndpointId(actor, id, 'id');
  const overlap = requireInteger(overlapSeconds ?? defaultOverlapSeconds, 'overlapSeconds', 0, maxOverlapSeconds);
  const { prisma, encryption, clock } = services;
  const secret = generateSecret();
  const now = clock.now();
  const endpoint = await prisma.$transaction(async transaction => {
    const [changed] = await transaction.endpoint.updateManyAndReturn({
      where: { id: uuid, tenantId: actor.tenantId, deletedAt: null },
      data: { updatedAt: new Date(now), revision: { increment: 1 } },
    });
    if (!changed) return null;
    await transaction.endpointSecret.deleteMany({ where: { endpointId: uuid, expiresAt: { lte: new Date(now) } } });
    await transaction.endpointSecret.updateMany({
      where: { endpointId: uuid, expiresAt: null },
      data: { expiresAt: new Date(now + overlap * 1000) },
    });
    await transaction.endpointSecret.create({
      data: { id: newUuid(now), endpointId: uuid, ciphertext: new Uint8Array(encryption.encrypt(secret)) },
    });
    await recordAudit(transaction, ctx, {
      action: 'ENDPOINT_SECRET_ROTATED',
      targetIds: [id],
      changes: { overlapSeconds: overlap },
    });
    return changed;
  });
  if (!endpoint) throw await explainMissing(services, actor.tenantId, uuid);
  return { endpoint, secret };
}

/**
 * The current secret of an endpoint, in clear.
 *
 * @throws NotFoundError, BadUserInputError (`id`), InvalidStateError where it is deleted, ForbiddenError without
 * ENDPOINTS_MANAGE.
 */
export async function revealEndpointSecret(ctx: DomainContext, id: string): Promise<{ secret: string }> {
  const { services, actor } = ctx;
  requirePermission(actor, 'ENDPOINTS_MANAGE');
  const uuid = requireEndpointId(actor, id, 'id');
  const { prisma, encryption } = services;
  const current = await prisma.endpointSecret.findFirst({
    where: { endpointId: uuid, expiresAt: null, endpoint: { tenantId: actor.tenantId, deletedAt: null } },
    orderBy: { id: 'desc' },
  });
  if (!current) throw await explainMissing(services, actor.tenantId, uuid);
  // Before it is told: what could not be written down is not shown.
  await recordAudit(services.pool, ctx, { action: 'ENDPOINT_SECRET_REVEALED', targetIds: [id] });
  return { secret: encryption.decrypt(current.ciphertext) };
}
