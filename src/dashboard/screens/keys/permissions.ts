import type { Permission } from '../../generated/graphql.ts';
import { messages } from './messages.ts';

/** The description of each permission, in the order in which they are offered. */
export const permissionWords: Readonly<Record<Permission, string>> = {
  EVENTS_PUBLISH: messages.publishEvents,
  DELIVERIES_READ: messages.seeEventsAndDeliveries,
  DELIVERIES_MANAGE: messages.manageDeliveries,
  ENDPOINTS_READ: messages.seeEndpoints,
  ENDPOINTS_MANAGE: messages.manageEndpoints,
  KEYS_MANAGE: messages.manageKeys,
};

export const allPermissions = Object.keys(permissionWords) as Permission[];

/** The permissions that a portal token can have. Each of them applies only to the endpoints of the token. */
export const portalPermissions: readonly Permission[] = [
  'DELIVERIES_READ',
  'DELIVERIES_MANAGE',
  'ENDPOINTS_READ',
  'ENDPOINTS_MANAGE',
];
