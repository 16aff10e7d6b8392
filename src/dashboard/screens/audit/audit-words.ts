import type { AuditAction } from '../../generated/graphql.ts';

/** What was done, in words. */
export const auditWords: Readonly<Record<AuditAction, string>> = {
  API_KEY_CREATED: 'Created an API key',
  API_KEY_RENAMED: 'Renamed an API key',
  TENANT_RENAMED: 'Renamed a tenant',
  TENANT_DELETED: 'Deleted a tenant',
  API_KEY_REVOKED: 'Revoked an API key',
  PORTAL_TOKEN_REVOKED: 'Revoked a portal token',
  BULK_OPERATION_CANCELED: 'Canceled a bulk operation',
  BULK_REPLAY_STARTED: 'Started a bulk replay',
  BULK_RETRY_STARTED: 'Started a bulk retry',
  DELIVERY_CANCELED: 'Canceled a delivery',
  DELIVERY_REPLAYED: 'Replayed a delivery',
  DELIVERY_RETRIED: 'Retried a delivery',
  ENDPOINT_CREATED: 'Created an endpoint',
  ENDPOINT_DELETED: 'Deleted an endpoint',
  ENDPOINT_SECRET_REVEALED: 'Revealed a secret',
  ENDPOINT_SECRET_ROTATED: 'Rotated a secret',
  ENDPOINT_SECRETS_EXPIRED: 'Expired earlier secrets',
  ENDPOINT_UPDATED: 'Updated an endpoint',
  PORTAL_TOKEN_CREATED: 'Created a portal link',
  REDACTION_UPDATED: 'Updated redaction',
  TENANT_CREATED: 'Created a tenant',
  TEST_EVENT_SENT: 'Sent a test event',
};

export const auditActions = Object.keys(auditWords) as AuditAction[];

/** Where an id leads to in the dashboard; null: nowhere. */
export function pathOfId(id: string): string | null {
  if (id.startsWith('dlv_')) return `/deliveries/${id}`;
  if (id.startsWith('ep_')) return `/endpoints/${id}`;
  return null;
}
