import type { Prisma } from '../../database/generated/client.ts';
import type { AuditEntryModel } from '../../database/generated/models.ts';
import { BadUserInputError } from '../../errors.ts';
import { parseAnyId } from '../../ids.ts';
import { requireId } from '../arguments.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import type { AuditAction } from './record-audit.ts';

/** An audit entry as it is stored. */
export type AuditRow = AuditEntryModel;

export interface ListAuditLogInput {
  /** Only entries with one of these actions. All actions by default. An empty list matches nothing. */
  readonly actions?: readonly AuditAction[] | null | undefined;
  /** Only entries about this object: the id of a delivery, an endpoint, an API key and so on. */
  readonly targetId?: string | null | undefined;
  /** Only actions of this API key, and of the portal tokens that it created. */
  readonly apiKeyId?: string | null | undefined;
}

/**
 * Lists the tenant's audit entries.
 *
 * @param page the rows, columns and relations that Prisma reads.
 * @throws BadUserInputError (`targetId`, `apiKeyId`), ForbiddenError without KEYS_MANAGE.
 */
export async function listAuditLog(
  { services, actor }: DomainContext,
  { actions = null, targetId = null, apiKeyId = null }: ListAuditLogInput,
  page: Prisma.AuditEntryFindManyArgs,
): Promise<AuditRow[]> {
  authorize(actor, 'auditLog');
  if (targetId !== null && !parseAnyId(targetId)) {
    throw new BadUserInputError('targetId', 'must be an id such as ep_01h455vb4pex5vsknk084sn02q');
  }
  const keyUuid = apiKeyId === null ? null : requireId('key', apiKeyId, 'apiKeyId');
  return services.prisma.auditEntry.findMany({
    ...page,
    where: {
      ...page.where,
      tenantId: actor.tenantId,
      ...(actions && { action: { in: [...actions] } }),
      ...(targetId !== null && { targetIds: { has: targetId } }),
      ...(keyUuid !== null && { apiKeyId: keyUuid }),
    },
  });
}
