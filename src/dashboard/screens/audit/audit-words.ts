import type { AuditAction } from '../../generated/graphql.ts';
import { formatMoment } from '../../time/format-time.ts';
import { messages } from './messages.ts';

/** The display text for each audited action. */
export const auditWords: Readonly<Record<AuditAction, string>> = {
  API_KEY_CREATED: messages.createdAnApiKey,
  API_KEY_RENAMED: messages.renamedAnApiKey,
  TENANT_RENAMED: messages.renamedATenant,
  TENANT_DELETED: messages.deletedATenant,
  API_KEY_REVOKED: messages.revokedAnApiKey,
  PORTAL_TOKEN_REVOKED: messages.revokedAPortalToken,
  BULK_OPERATION_CANCELED: messages.canceledABulkOperation,
  BULK_REPLAY_STARTED: messages.startedABulkReplay,
  BULK_RETRY_STARTED: messages.startedABulkRetry,
  DELIVERY_CANCELED: messages.canceledADelivery,
  DELIVERY_REPLAYED: messages.replayedADelivery,
  DELIVERY_RETRIED: messages.retriedADelivery,
  ENDPOINT_CREATED: messages.createdAnEndpoint,
  ENDPOINT_DELETED: messages.deletedAnEndpoint,
  ENDPOINT_SECRET_REVEALED: messages.revealedASecret,
  ENDPOINT_SECRET_ROTATED: messages.rotatedASecret,
  ENDPOINT_SECRETS_EXPIRED: messages.expiredEarlierSecrets,
  ENDPOINT_UPDATED: messages.updatedAnEndpoint,
  PORTAL_TOKEN_CREATED: messages.createdAPortalLink,
  REDACTION_UPDATED: messages.updatedRedaction,
  TENANT_CREATED: messages.createdATenant,
  TEST_EVENT_SENT: messages.sentATestEvent,
};

export const auditActions = Object.keys(auditWords) as AuditAction[];

/** Describes one change of an audit entry as `name: value`. Valid times are in the chosen time zone. */
export function describeChange(name: string, value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const inZone = text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, at =>
    Number.isNaN(Date.parse(at)) ? at : formatMoment(at),
  );
  return `${name}: ${inZone}`;
}

/** The path of the screen that shows the object with this id. Null if there is none. */
export function pathOfId(id: string): string | null {
  if (id.startsWith('dlv_')) return `/deliveries/${id}`;
  if (id.startsWith('ep_')) return `/endpoints/${id}`;
  if (id.startsWith('blk_')) return `/operations/${id}`;
  return null;
}
