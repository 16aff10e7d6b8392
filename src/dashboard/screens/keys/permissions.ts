import type { Permission } from '../../generated/graphql.ts';

/** What each permission lets somebody do, in the order in which they are offered. */
export const permissionWords: Readonly<Record<Permission, string>> = {
  EVENTS_PUBLISH: 'Publish events',
  DELIVERIES_READ: 'See events and deliveries',
  DELIVERIES_MANAGE: 'Retry, replay and cancel deliveries',
  ENDPOINTS_READ: 'See endpoints',
  ENDPOINTS_MANAGE: 'Change and test endpoints, reveal their secrets',
  KEYS_MANAGE: 'Create and revoke keys, read the audit log, set redaction',
};

export const allPermissions = Object.keys(permissionWords) as Permission[];

/** What a portal token can lend: nothing that reaches beyond its endpoints. */
export const portalPermissions: readonly Permission[] = [
  'DELIVERIES_READ',
  'DELIVERIES_MANAGE',
  'ENDPOINTS_READ',
  'ENDPOINTS_MANAGE',
];
