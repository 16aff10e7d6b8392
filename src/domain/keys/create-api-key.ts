import { createHash, randomBytes } from 'node:crypto';
import type { ApiKeyModel } from '../../database/generated/models.ts';
import { BadUserInputError } from '../../errors.ts';
import { formatId, newUuid } from '../../ids.ts';
import { requireLine } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type DomainContext, type Permission, requirePermission } from '../context.ts';

/** An API key as it is stored: its secret's SHA-256, never the secret. */
export type ApiKeyRow = ApiKeyModel;

export interface CreateApiKeyInput {
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** Default: never. */
  readonly expiresAt?: Date | null | undefined;
}

const maxNameLength = 200;
const secretBytes = 32;
/** `lhk_` and six more: enough to tell keys apart, and 222 bits short of the secret. */
const prefixLength = 10;

/**
 * Makes an API key of the actor's tenant. A key can pass on no permission that it has not itself.
 *
 * @returns it, and the secret (`lhk_` and 32 random bytes in base64url), which is not kept.
 * @throws BadUserInputError (`input.name`: 1 to 200 characters; `input.expiresAt`: in the future), ForbiddenError
 * without KEYS_MANAGE, or without a permission that is to be passed on.
 */
export async function createApiKey(
  ctx: DomainContext,
  input: CreateApiKeyInput,
): Promise<{ apiKey: ApiKeyRow; secret: string }> {
  const { services, actor } = ctx;
  requirePermission(actor, 'KEYS_MANAGE');
  const now = services.clock.now();
  const name = requireLine(input.name, 'input.name', maxNameLength);
  const { expiresAt = null } = input;
  if (expiresAt && expiresAt.getTime() <= now) throw new BadUserInputError('input.expiresAt', 'must be in the future');
  for (const permission of input.permissions) requirePermission(actor, permission);
  const secret = `lhk_${randomBytes(secretBytes).toString('base64url')}`;
  const data = {
    id: newUuid(now),
    tenantId: actor.tenantId,
    name,
    prefix: secret.slice(0, prefixLength),
    sha256: new Uint8Array(hashKey(secret)),
    permissions: [...new Set(input.permissions)],
    expiresAt,
  };
  const apiKey = await services.prisma.$transaction(async transaction => {
    await recordAudit(transaction, ctx, {
      action: 'API_KEY_CREATED',
      targetIds: [formatId('key', data.id)],
      changes: { name, permissions: data.permissions, expiresAt: expiresAt?.toISOString() ?? null },
    });
    return transaction.apiKey.create({ data });
  });
  return { apiKey, secret };
}

/** What is stored of a key's secret. It has 256 random bits, so a plain hash is as good as a slow one. */
export function hashKey(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
