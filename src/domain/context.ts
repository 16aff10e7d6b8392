import type { Pool } from 'pg';
import type { PrismaClient } from '../database/client.ts';
import type { DatabaseClock } from '../database/clock.ts';
import type { Encryption } from '../database/encryption.ts';
import type { AddressPolicy } from '../egress/address-guard.ts';
import type { TemplateRenderer } from '../egress/templates/renderer.ts';
import { ForbiddenError } from '../errors.ts';
import type { Feed } from '../feed/feed.ts';
import type { Logger } from '../log.ts';
import type { Announcer } from './announcements/announcer.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { EventWriter } from './events/event-writer.ts';
import type { Routing } from './events/routing.ts';
import type { PortalTokenSigner } from './portal-tokens/portal-token-signer.ts';
import type { Quotas } from './quotas.ts';

/**
 * The tenant of a new installation, created by the first migration. The root key uses it unless a request names another
 * tenant.
 */
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

/** The services that the functions of the domain use. The app opens them once, and all requests share them. */
export interface Services {
  /**
   * For the reads and changes of operations. Tenants share its connections fairly, and an aborted operation leaves its
   * queue (see FairPool).
   */
  readonly pool: Pool;
  /** For publishing. It is shared in the same way, and its sessions keep their statement plans. */
  readonly publishPool: Pool;
  /** For authentication, routing and the server's own work. Tenants cannot exhaust it. */
  readonly systemPool: Pool;
  /** Uses `pool`. */
  readonly prisma: PrismaClient;
  readonly clock: DatabaseClock;
  readonly encryption: Encryption;
  readonly portalTokens: PortalTokenSigner;
  readonly feed: Feed;
  readonly announcer: Announcer;
  readonly routing: Routing;
  readonly eventWriter: EventWriter;
  readonly templates: TemplateRenderer;
  readonly log: Logger;
  readonly addressPolicy: AddressPolicy;
  readonly quotas: Quotas;
  readonly limits: {
    readonly maxPayloadBytes: number;
    /** The largest number of bytes of a response body that is stored. */
    readonly maxResponseBytes: number;
    readonly retentionDays: number;
    readonly defaultTimeoutMs: number;
    readonly defaultRetryScheduleSeconds: readonly number[];
    /** An endpoint whose attempts all fail for this long is disabled, unless it has its own setting. 0: never. */
    readonly disableAfterSeconds: number;
  };
}

/** The key or portal token that acts, and the tenant that it acts for. */
export interface Actor {
  readonly tenantId: string;
  /** The API key that acts, or that issued the acting portal token. Null for the root key. */
  readonly apiKeyId: string | null;
  readonly permissions: ReadonlySet<Permission>;
  /** The only endpoints (UUIDs) that a portal token can access. Null for every key: all endpoints of the tenant. */
  readonly endpointIds: ReadonlySet<string> | null;
  /**
   * The acting portal token, if any. `expiresAt` is in Unix milliseconds. `eventTypes` are the types that it may
   * subscribe its endpoints to, besides those that they have. With `maxEndpoints` it may create endpoints until it has that
   * many. Null if it may create none.
   */
  readonly portalToken: {
    readonly id: string;
    readonly expiresAt: number;
    readonly eventTypes: readonly string[];
    readonly maxEndpoints: number | null;
  } | null;
}

/** The first argument of the domain's functions. */
export interface DomainContext {
  readonly services: Services;
  readonly actor: Actor;
  /** Limits what the operation may still load. Absent for the process's own work, which has no limit. */
  readonly budget?: ByteBudget | undefined;
}

/** Whether the root key itself acts, not a portal token that it issued. */
export function isRoot(actor: Actor): boolean {
  return actor.apiKeyId === null && actor.portalToken === null;
}

/** Whether the actor can access this endpoint (UUID) of its tenant and the deliveries to it. */
export function canAccessEndpoint({ endpointIds }: Pick<Actor, 'endpointIds'>, endpointId: string): boolean {
  return endpointIds === null || endpointIds.has(endpointId);
}

/** @throws ForbiddenError with the missing permission. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (!actor.permissions.has(permission)) throw missingPermission(permission);
}

export function missingPermission(permission: Permission): ForbiddenError {
  return new ForbiddenError(`This key lacks the permission ${permission}.`, permission);
}
