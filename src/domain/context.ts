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
 * The id of the tenant of a new installation, which the first migration creates. The root key acts for it unless a
 * request selects another tenant.
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

/** The services that domain functions use. The app opens them once, and all requests share them. */
export interface Services {
  /**
   * The connections for reads and mutations of GraphQL operations. Tenants share them fairly, and the statements of an
   * aborted operation are removed from the queue (see FairPool).
   */
  readonly pool: Pool;
  /** The connections for publishing. Tenants share them fairly. Their sessions cache generic plans of statements. */
  readonly publishPool: Pool;
  /** The connections for authentication, routing and the server's own work, which no tenant can use up. */
  readonly systemPool: Pool;
  /** Prisma, on the connections of `pool`. */
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
    /**
     * An endpoint whose attempts have all failed for this long is disabled. Endpoints may have their own value. 0:
     * never.
     */
    readonly disableAfterSeconds: number;
  };
}

/** The API key or portal token that performs an action, and the tenant for which it acts. */
export interface Actor {
  readonly tenantId: string;
  /** The acting API key, or the one that created the acting portal token. Null for the root key. */
  readonly apiKeyId: string | null;
  readonly permissions: ReadonlySet<Permission>;
  /**
   * The only endpoints (UUIDs) that a portal token can access. Null for an API key, which can access all of its tenant.
   */
  readonly endpointIds: ReadonlySet<string> | null;
  /**
   * The acting portal token. Null for an API key. `expiresAt` is in Unix milliseconds. `eventTypes` are types that the
   * token may add to its endpoints. With `maxEndpoints` the token may create endpoints until it has that many; null: it
   * may create none.
   */
  readonly portalToken: {
    readonly id: string;
    readonly expiresAt: number;
    readonly eventTypes: readonly string[];
    readonly maxEndpoints: number | null;
  } | null;
}

/** The first argument of domain functions: the services, and the actor on whose behalf they run. */
export interface DomainContext {
  readonly services: Services;
  readonly actor: Actor;
  /** The bytes that the operation may still load. Absent for the server's own work, which has no limit. */
  readonly budget?: ByteBudget | undefined;
}

/** Whether the root key acts. False for portal tokens that it created. */
export function isRoot(actor: Actor): boolean {
  return actor.apiKeyId === null && actor.portalToken === null;
}

/** Whether the actor can access this endpoint (UUID) of its tenant and the deliveries to it. */
export function canAccessEndpoint({ endpointIds }: Pick<Actor, 'endpointIds'>, endpointId: string): boolean {
  return endpointIds === null || endpointIds.has(endpointId);
}

/**
 * Checks that the actor has a permission.
 *
 * @throws ForbiddenError with the missing permission.
 */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (!actor.permissions.has(permission)) throw missingPermission(permission);
}

export function missingPermission(permission: Permission): ForbiddenError {
  return new ForbiddenError(`This key lacks the permission ${permission}.`, permission);
}
