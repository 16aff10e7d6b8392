import { DecryptionError, type Encryption } from '../../database/encryption.ts';
import type { Prisma } from '../../database/generated/client.ts';
import { checkSecret, generateSecret } from '../../egress/signing.ts';
import { BadUserInputError, InvalidStateError } from '../../errors.ts';
import { newUuid } from '../../ids.ts';
import { requireInteger } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import { awaitSenders } from './await-senders.ts';
import type { EndpointRow } from './endpoint-row.ts';
import { requireEndpointId } from './require-endpoint-id.ts';
import { missingEndpointError } from './update-endpoint.ts';

const defaultOverlapSeconds = 86_400;
const maxOverlapSeconds = 30 * 86_400;

/**
 * The largest number of secrets with which one request is signed. More would make the signature headers too long for
 * many receivers, which accept 8 KiB of headers.
 */
export const maxLiveSecrets = 10;

/**
 * Returns the secret that a client sent, or generates one.
 *
 * @throws BadUserInputError naming `argument`.
 */
export function takeSecret(given: string | null, argument: string): string {
  if (given === null) return generateSecret();
  const check = checkSecret(given);
  if (!check.ok) throw new BadUserInputError(argument, check.message);
  return given;
}

/**
 * Replaces the secret of an endpoint. During the overlap requests are signed with the old secret too, so that the
 * receiver can switch. Secrets of earlier rotations keep the end of their overlap, unless there are more than
 * `maxLiveSecrets`: the overlap of the oldest ones then ends now.
 *
 * @param overlapSeconds 0 to 2,592,000 (30 days). Default: 86,400.
 * @param given the new secret (see `checkSecret`). Null: 32 random bytes.
 * @returns the endpoint and the new secret in clear text.
 * @throws NotFoundError, BadUserInputError, InvalidStateError if the endpoint is deleted, ForbiddenError without
 *   ENDPOINTS_MANAGE.
 */
export async function rotateEndpointSecret(
  ctx: DomainContext,
  id: string,
  overlapSeconds: number | null,
  given: string | null = null,
): Promise<{ endpoint: EndpointRow; secret: string }> {
  const { services, actor } = ctx;
  authorize(actor, 'rotateEndpointSecret');
  const uuid = requireEndpointId(actor, id, 'id');
  const overlap = requireInteger(overlapSeconds ?? defaultOverlapSeconds, 'overlapSeconds', 0, maxOverlapSeconds);
  const { prisma, encryption, clock } = services;
  const secret = takeSecret(given, 'secret');
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
    await endOldestSecrets(transaction, uuid);
    await recordAudit(transaction, ctx, {
      action: 'ENDPOINT_SECRET_ROTATED',
      targetIds: [id],
      changes: { overlapSeconds: overlap },
    });
    return changed;
  });
  if (!endpoint) throw await missingEndpointError(services, actor.tenantId, uuid, 'id');
  await awaitSenders(services, uuid);
  return { endpoint, secret };
}

/**
 * Deletes the oldest previous secrets beyond the limit. It never deletes the current secret, whose id may be lower than
 * those of previous secrets if several rotations ran at once.
 */
async function endOldestSecrets(transaction: Prisma.TransactionClient, endpointId: string): Promise<void> {
  const newest = await transaction.endpointSecret.findMany({
    where: { endpointId, expiresAt: { not: null } },
    orderBy: { id: 'desc' },
    take: maxLiveSecrets - 1,
    select: { id: true },
  });
  await transaction.endpointSecret.deleteMany({
    where: { endpointId, expiresAt: { not: null }, id: { notIn: newest.map(({ id }) => id) } },
  });
}

/**
 * Ends the overlap of a rotation immediately: from now on requests are signed with the current secret only. Changes
 * nothing if no earlier secret is in use.
 *
 * @throws NotFoundError, BadUserInputError, InvalidStateError if the endpoint is deleted, ForbiddenError without
 *   ENDPOINTS_MANAGE.
 */
export async function expirePreviousSecrets(ctx: DomainContext, id: string): Promise<EndpointRow> {
  const { services, actor } = ctx;
  authorize(actor, 'expirePreviousSecrets');
  const uuid = requireEndpointId(actor, id, 'id');
  const endpoint = await services.prisma.$transaction(async transaction => {
    const [changed] = await transaction.endpoint.updateManyAndReturn({
      where: { id: uuid, tenantId: actor.tenantId, deletedAt: null },
      data: { updatedAt: new Date(services.clock.now()), revision: { increment: 1 } },
    });
    if (!changed) return null;
    await transaction.endpointSecret.deleteMany({ where: { endpointId: uuid, expiresAt: { not: null } } });
    await recordAudit(transaction, ctx, { action: 'ENDPOINT_SECRETS_EXPIRED', targetIds: [id] });
    return changed;
  });
  if (!endpoint) throw await missingEndpointError(services, actor.tenantId, uuid, 'id');
  await awaitSenders(services, uuid);
  return endpoint;
}

/**
 * Loads the time after which requests to each endpoint (UUID) are no longer signed with a previous secret. Endpoints
 * without a previous secret are missing.
 */
export async function loadSecretExpiries(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, Date>> {
  const rows = await services.prisma.endpointSecret.groupBy({
    by: ['endpointId'],
    where: {
      endpointId: { in: [...ids] },
      endpoint: { tenantId: actor.tenantId },
      expiresAt: { gt: new Date(services.clock.now()) },
    },
    _max: { expiresAt: true },
  });
  return new Map(rows.flatMap(({ endpointId, _max: { expiresAt } }) => (expiresAt ? [[endpointId, expiresAt]] : [])));
}

/**
 * Returns the current secret of an endpoint in clear text.
 *
 * @throws NotFoundError, BadUserInputError (`id`), InvalidStateError if the endpoint is deleted or the secret cannot be
 *   decrypted, ForbiddenError without ENDPOINTS_MANAGE.
 */
export async function revealEndpointSecret(ctx: DomainContext, id: string): Promise<{ secret: string }> {
  const { services, actor } = ctx;
  authorize(actor, 'revealEndpointSecret');
  const uuid = requireEndpointId(actor, id, 'id');
  const { prisma, encryption } = services;
  const current = await prisma.endpointSecret.findFirst({
    where: { endpointId: uuid, expiresAt: null, endpoint: { tenantId: actor.tenantId, deletedAt: null } },
    orderBy: { id: 'desc' },
  });
  if (!current) throw await missingEndpointError(services, actor.tenantId, uuid, 'id');
  const secret = decryptSecret(current.ciphertext, encryption);
  // The audit entry is written before the secret is returned, so that no secret is revealed without an entry.
  await recordAudit(services.pool, ctx, { action: 'ENDPOINT_SECRET_REVEALED', targetIds: [id] });
  return { secret };
}

function decryptSecret(ciphertext: Uint8Array, encryption: Encryption): string {
  try {
    return encryption.decrypt(ciphertext);
  } catch (error) {
    if (!(error instanceof DecryptionError)) throw error;
    throw new InvalidStateError(
      'The secret cannot be decrypted because ENCRYPTION_KEY is not the key with which it was stored. Restore that key, or rotate the secret.',
      'UNDECRYPTABLE',
    );
  }
}
