import type { Pool } from 'pg';
import type { PrismaClient } from '../database/client.ts';
import type { DatabaseClock } from '../database/clock.ts';
import type { Encryption } from '../database/encryption.ts';
import type { AddressPolicy } from '../egress/address-guard.ts';
import { ForbiddenError } from '../errors.ts';
import type { Feed } from '../feed/feed.ts';
import type { Logger } from '../log.ts';
import type { Announcer } from './announcements/announcer.ts';
import type { EventWriter } from './events/event-writer.ts';
import type { Routing } from './events/routing.ts';

/** The tenant that a fresh install has; the root key acts for it unless it names another. Made by the first migration. */
export const defaultTenantId = '01900000-0000-7000-8000-000000000000';

export const permissions = [
  'EVENTS_PUBLISH',
  'DELIVERIES_READ',
  'DELIVERIES_MANAGE',
  'ENDPOINTS_READ',
  'ENDPOINTS_MANAGE',
  'KEYS_MANAGE',
] as const;
export type Permission = (typeof permissions)[number];

/** What the domain's verbs work with: opened once by the app, shared by every request. */
export interface Services {
  readonly pool: Pool;
  readonly prisma: PrismaClient;
  readonly clock: DatabaseClock;
  readonly encryption: Encryption;
  readonly feed: Feed;
  readonly announcer: Announcer;
  readonly routing: Routing;
  readonly eventWriter: EventWriter;
  readonly log: Logger;
  readonly addressPolicy: AddressPolicy;
  readonly limits: {
    readonly maxPayloadBytes: number;
    readonly defaultTimeoutMs: number;
    readonly defaultRetryScheduleSeconds: readonly number[];
  };
}

/** Who acts, and for which tenant. */
export interface Actor {
  readonly tenantId: string;
  /** Null for the root key. */
  readonly apiKeyId: string | null;
  readonly permissions: ReadonlySet<Permission>;
}

/** The first argument of every verb. */
export interface DomainContext {
  readonly services: Services;
  readonly actor: Actor;
}

/** @throws ForbiddenError naming the permission that is missing. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (actor.permissions.has(permission)) return;
  throw new ForbiddenError(`This key lacks the permission ${permission}.`, permission);
}
