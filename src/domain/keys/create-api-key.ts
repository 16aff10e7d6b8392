import { createHash, randomBytes } from 'node:crypto';
import type { Prisma } from '../../database/generated/client.ts';
import type { ApiKeyModel } from '../../database/generated/models.ts';
import { BadUserInputError, UnauthorizedError } from '../../errors.ts';
import { formatId, newUuid } from '../../ids.ts';
import { checkAll, requireLine } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type DomainContext, type Permission, requirePermission } from '../context.ts';
import { inputLimits } from '../input-limits.ts';
import { requireQuota } from '../quotas.ts';
import { authorize } from '../verbs.ts';

/** An API key as it is stored: with the SHA-256 of its secret, never the secret itself. */
export type ApiKeyRow = ApiKeyModel;

export interface CreateApiKeyInput {
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** When the key expires. Default: when the key that creates it expires, or never. */
  readonly expiresAt?: Date | null | undefined;
}

/** The number of random bytes in the secret of an API key. */
const secretBytes = 32;
/**
 * The length of the readable prefix: `lhk_` and six more characters. They tell keys apart but reveal only 36 of the 256
 * secret bits.
 */
const prefixLength = 10;

/**
 * Creates an API key of the actor's tenant. It has at most the permissions of the key that creates it, and expires no
 * later than that key.
 *
 * @returns the key, and its secret (`lhk_` and 32 random bytes in base64url), of which only the hash is stored.
 * @throws BadUserInputError (`input.name`: 1 to 200 characters; `input.expiresAt`: in the future, and not after the
 *   expiry of the creating key), QuotaExceededError, UnauthorizedError if the creating key was revoked meanwhile,
 *   ForbiddenError without KEYS_MANAGE or without a permission of the new key.
 */
export async function createApiKey(
  ctx: DomainContext,
  input: CreateApiKeyInput,
): Promise<{ apiKey: ApiKeyRow; secret: string }> {
  const { services, actor } = ctx;
  authorize(actor, 'createApiKey');
  const now = services.clock.now();
  const { name, wantedExpiry } = checkAll({
    name: () => requireLine(input.name, 'input.name', inputLimits.maxNameLength),
    wantedExpiry: () => requireFuture(input.expiresAt ?? null, now),
  });
  for (const permission of input.permissions) requirePermission(actor, permission);
  const secret = `lhk_${randomBytes(secretBytes).toString('base64url')}`;
  const data = {
    id: newUuid(now),
    tenantId: actor.tenantId,
    name,
    prefix: secret.slice(0, prefixLength),
    sha256: new Uint8Array(hashKey(secret)),
    permissions: [...new Set(input.permissions)],
    parentId: actor.apiKeyId,
  };
  const apiKey = await services.prisma.$transaction(async transaction => {
    await requireQuota(transaction, services.quotas, actor.tenantId, 'apiKeys');
    const parentExpiry = actor.apiKeyId === null ? null : await lockParent(transaction, actor.apiKeyId);
    const expiresAt = limitExpiry(wantedExpiry, parentExpiry);
    await recordAudit(transaction, ctx, {
      action: 'API_KEY_CREATED',
      targetIds: [formatId('key', data.id)],
      changes: { name, permissions: data.permissions, expiresAt: expiresAt?.toISOString() ?? null },
    });
    return transaction.apiKey.create({ data: { ...data, expiresAt } });
  });
  return { apiKey, secret };
}

function requireFuture(expiresAt: Date | null, now: number): Date | null {
  if (expiresAt === null || expiresAt.getTime() > now) return expiresAt;
  throw new BadUserInputError('input.expiresAt', 'must be in the future');
}

/**
 * Locks the key that creates another one, and returns its expiry, or null if it never expires. A concurrent revocation
 * waits until the transaction has ended, and then also revokes the new key.
 */
async function lockParent(transaction: Prisma.TransactionClient, id: string): Promise<Date | null> {
  const [parent] = await transaction.$queryRaw<{ expiresAt: Date | null }[]>`
    SELECT expires_at AS "expiresAt" FROM api_key WHERE id = ${id}::uuid AND revoked_at IS NULL FOR SHARE`;
  if (!parent) throw new UnauthorizedError('This key is unknown, revoked or expired.');
  return parent.expiresAt;
}

function limitExpiry(wanted: Date | null, parentExpiry: Date | null): Date | null {
  if (parentExpiry === null || wanted === null) return wanted ?? parentExpiry;
  if (wanted.getTime() <= parentExpiry.getTime()) return wanted;
  const latest = parentExpiry.toISOString();
  throw new BadUserInputError('input.expiresAt', `must not be after ${latest}, when the key that creates it expires`);
}

/**
 * Returns the hash of a key's secret for storage. The secret has 256 random bits, so a fast hash is as safe as a slow
 * one.
 */
export function hashKey(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
