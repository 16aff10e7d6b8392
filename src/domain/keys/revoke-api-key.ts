import type { Prisma } from '../../database/generated/client.ts';
import { NotFoundError } from '../../errors.ts';
import { formatId } from '../../ids.ts';
import { requireId } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import type { ApiKeyRow } from './create-api-key.ts';

/**
 * Revokes an API key permanently: within seconds, requests with it are rejected, and its open subscriptions end. Portal
 * tokens that it created become invalid too. A key that is already revoked does not change.
 *
 * @param revokeChildren whether to revoke also the keys that it created, and those that they created.
 * @throws NotFoundError, BadUserInputError (`id`), ForbiddenError without KEYS_MANAGE.
 */
export async function revokeApiKey(ctx: DomainContext, id: string, revokeChildren: boolean): Promise<ApiKeyRow> {
  const { services, actor } = ctx;
  authorize(actor, 'revokeApiKey');
  const key = { id: requireId('key', id, 'id'), tenantId: actor.tenantId };
  const { prisma, clock } = services;
  const apiKey = await prisma.$transaction(async transaction => {
    const { count } = await transaction.apiKey.updateMany({
      where: { ...key, revokedAt: null },
      data: { revokedAt: new Date(clock.now()) },
    });
    const children = revokeChildren ? await revokeDescendants(transaction, key.tenantId, key.id) : [];
    if (count > 0 || children.length > 0) {
      const targetIds = [id, ...children.map(child => formatId('key', child))];
      await recordAudit(transaction, ctx, {
        action: 'API_KEY_REVOKED',
        targetIds,
        changes: revokeChildren ? { revokedChildren: children.length } : {},
      });
    }
    return transaction.apiKey.findUnique({ where: key });
  });
  if (!apiKey) throw new NotFoundError('There is no such API key.', 'id', id);
  return apiKey;
}

/**
 * Revokes all keys that an API key has created, directly or through other keys. It repeats until none is found: a key
 * that is being created holds a lock on its parent, so the update waits for it, and the next round finds the new key.
 *
 * @returns the ids of the keys that were not revoked before.
 */
async function revokeDescendants(
  transaction: Prisma.TransactionClient,
  tenantId: string,
  id: string,
): Promise<string[]> {
  const revoked: string[] = [];
  for (;;) {
    const rows = await transaction.$queryRaw<{ id: string }[]>`
      WITH RECURSIVE descendant AS (
        SELECT id FROM api_key WHERE parent_id = ${id}::uuid
        UNION
        SELECT child.id FROM api_key child JOIN descendant ON child.parent_id = descendant.id
      )
      UPDATE api_key SET revoked_at = now()
      WHERE id IN (SELECT id FROM descendant) AND tenant_id = ${tenantId}::uuid AND revoked_at IS NULL
      RETURNING id`;
    if (rows.length === 0) return revoked;
    revoked.push(...rows.map(row => row.id));
  }
}
