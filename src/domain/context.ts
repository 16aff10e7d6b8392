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
  /** For what operations read and change. Tenants share it fairly, and an aborted operation leaves it (FairPool). */
  readonly pool: Pool;
  /** For publishing, shared as fairly. Its sessions keep their plans. */
  readonly publishPool: Pool;
  /** For what every request needs first, authentication and routing, and for the server itself. No tenant can fill it. */
  readonly systemPool: Pool;
  /** On `pool`. */
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
    /** Of a response body that is stored. */
    readonly maxResponseBytes: number;
    readonly retentionDays: number;
    readonly defaultTimeoutMs: number;
    readonly defaultRetryScheduleSeconds: readonly number[];
    /** For how long nothing but failures disables an endpoint that does not say; 0: never. */
    readonly disableAfterSeconds: number;
  };
}

/** Who acts, and for which tenant. */
export interface Actor {
  readonly tenantId: string;
  /** The API key that acts, or that issued the portal token that acts; null: the root key. */
  readonly apiKeyId: string | null;
  readonly permissions: ReadonlySet<Permission>;
  /** The only endpoints (UUIDs) that there are for a portal token; null, for every key: all of the tenant's. */
  readonly endpointIds: ReadonlySet<string> | null;
  /**
   * Set where a portal token acts. `expiresAt` in unix milliseconds. `eventTypes`: what it may subscribe its endpoints
   * to, besides the event types that they have. `maxEndpoints`: the number of endpoints up to which it may create
   * endpoints; null: none.
   */
  readonly portalToken: {
    readonly id: string;
    readonly expiresAt: number;
    readonly eventTypes: readonly string[];
    readonly maxEndpoints: number | null;
  } | null;
}

/** The first argument of every verb. */
export interface DomainContext {
  readonly services: Services;
  readonly actor: Actor;
  /** What the operation may still load. Absent: as much as it likes, as for what the process does by itself. */
  readonly budget?: ByteBudget | undefined;
}

/** Whether the root key itself acts: not a portal token that it issued. */
export function isRoot(actor: Actor): boolean {
  return actor.apiKeyId === null && actor.portalToken === null;
}

/** Whether the actor may know of this endpoint (UUID) of its tenant, and of what went to it. */
export function canAccessEndpoint({ endpointIds }: Pick<Actor, 'endpointIds'>, endpointId: string): boolean {
  return endpointIds === null || endpointIds.has(endpointId);
}

/** @throws ForbiddenError (no permission would do) for a portal token: what is asked for is not one endpoint's. */
export function requireWholeTenant({ endpointIds }: Pick<Actor, 'endpointIds'>): void {
  if (endpointIds !== null) throw new ForbiddenError('A portal token can not do this: it is for its endpoints.', null);
}

/** @throws ForbiddenError naming the permission that is missing. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (!actor.permissions.has(permission)) throw missingPermission(permission);
}

export function missingPermission(permission: Permission): ForbiddenError {
  return new ForbiddenError(`This key lacks the permission ${permission}.`, permission);
}
