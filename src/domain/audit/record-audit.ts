import type { ClientBase, Pool } from 'pg';
import type { Prisma } from '../../database/generated/client.ts';
import { defineStatement } from '../../database/pool.ts';
import { newUuid } from '../../ids.ts';
import type { DomainContext } from '../context.ts';

export const auditActions = [
  'DELIVERY_RETRIED',
  'DELIVERY_REPLAYED',
  'DELIVERY_CANCELED',
  'BULK_RETRY_STARTED',
  'BULK_REPLAY_STARTED',
  'BULK_OPERATION_CANCELED',
  'ENDPOINT_CREATED',
  'ENDPOINT_UPDATED',
  'ENDPOINT_DELETED',
  'ENDPOINT_SECRET_ROTATED',
  'ENDPOINT_SECRET_REVEALED',
  'ENDPOINT_SECRETS_EXPIRED',
  'TEST_EVENT_SENT',
  'API_KEY_CREATED',
  'API_KEY_REVOKED',
  'API_KEY_RENAMED',
  'PORTAL_TOKEN_CREATED',
  'PORTAL_TOKEN_REVOKED',
  'TENANT_CREATED',
  'TENANT_RENAMED',
  'TENANT_DELETED',
  'REDACTION_UPDATED',
] as const;
export type AuditAction = (typeof auditActions)[number];

export interface AuditRecord {
  readonly action: AuditAction;
  /** The public ids of the objects that the action changed. The first one is the main object. */
  readonly targetIds: readonly string[];
  /** The changes as small JSON. It never contains a secret or the value of a header. Default: `{}`. */
  readonly changes?: Prisma.InputJsonObject;
}

/**
 * Where an audit entry is written: a transaction of Prisma or of `pg`, so that it is committed or rolled back together
 * with the change.
 */
export type AuditWriter = Pool | ClientBase | Prisma.TransactionClient;

type RecordValues = [
  id: string,
  tenantId: string,
  apiKeyId: string | null,
  portalTokenId: string | null,
  action: AuditAction,
  targetIds: readonly string[],
  changes: string,
];

const recordStatement = defineStatement<RecordValues, never>({
  name: 'audit-record',
  text: `
INSERT INTO audit_entry (id, tenant_id, api_key_id, portal_token_id, action, target_ids, changes)
VALUES ($1, $2, $3, $4, $5, $6, $7)`,
});

/** Writes an audit entry for an action of the actor. Call it in the transaction of the change, after the change. */
export async function recordAudit(
  writer: AuditWriter,
  { services, actor }: DomainContext,
  { action, targetIds, changes = {} }: AuditRecord,
): Promise<void> {
  const { tenantId, apiKeyId } = actor;
  const id = newUuid(services.clock.now());
  const portalTokenId = actor.portalToken?.id ?? null;
  if ('auditEntry' in writer) {
    const data = { id, tenantId, apiKeyId, portalTokenId, action, targetIds: [...targetIds], changes };
    await writer.auditEntry.create({ data });
  } else {
    const values = [id, tenantId, apiKeyId, portalTokenId, action, targetIds, JSON.stringify(changes)] as const;
    await recordStatement(writer, [...values]);
  }
}
