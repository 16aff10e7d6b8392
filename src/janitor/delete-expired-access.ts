import { defineStatement } from '../database/pool.ts';
import type { Services } from '../domain/context.ts';
import { uuidLowerBound } from '../ids.ts';

/** How long entries of the audit log are kept: 365 days. */
const auditMs = 365 * 86_400_000;
const chunk = 10_000;

const entriesStatement = defineStatement<[beforeId: string], { id: string }>({
  name: 'audit-delete-old',
  text: `
DELETE FROM audit_entry WHERE id = ANY (ARRAY (
  SELECT id FROM audit_entry WHERE id < $1 ORDER BY id LIMIT ${chunk}
)) RETURNING id`,
});

const tokensStatement = defineStatement<[], { id: string }>({
  name: 'portal-tokens-delete-expired',
  text: `
DELETE FROM portal_token WHERE id = ANY (ARRAY (
  SELECT id FROM portal_token WHERE expires_at < now() ORDER BY expires_at LIMIT ${chunk}
)) RETURNING id`,
});

/** Deletes audit entries that are older than 365 days, and expired portal tokens, in chunks. */
export async function deleteExpiredAccess({ pool, clock }: Pick<Services, 'pool' | 'clock'>): Promise<void> {
  const beforeId = uuidLowerBound(clock.now() - auditMs);
  while ((await entriesStatement(pool, [beforeId])).length === chunk);
  while ((await tokensStatement(pool, [])).length === chunk);
}
