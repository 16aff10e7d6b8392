import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Actor, defaultTenantId, type Permission, permissions, type Services } from '../domain/context.ts';
import { hashKey } from '../domain/keys/create-api-key.ts';
import { findActiveApiKey } from '../domain/keys/find-api-key.ts';
import { findActivePortalToken } from '../domain/portal-tokens/find-portal-token.ts';
import { isTenant } from '../domain/tenants/is-tenant.ts';
import { BadUserInputError, ForbiddenError, UnauthorizedError } from '../errors.ts';
import { parseId } from '../ids.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';

/** The credentials of a client: two headers, or two entries of the payload of `connection_init`. */
export interface Credentials {
  /** `Bearer <key>`, where the key may be an API key, a portal token or the root key. */
  readonly authorization: string | undefined;
  /** The value of `livehook-tenant`, the tenant to act for. Only the root key may send it. */
  readonly tenant: string | undefined;
}

/**
 * Resolves to the actor with these credentials. `address` is the client address for which failures are counted.
 *
 * @throws UnauthorizedError if there is no key, or one that is unknown, revoked or expired; RateLimitedError if the
 * address has failed too often and the key was not seen lately; ForbiddenError if a tenant was chosen with a key other
 * than the root key; BadUserInputError if `livehook-tenant` names no tenant; and errors of `pg`.
 */
export type Authenticate = (credentials: Credentials, address: string) => Promise<Actor>;

/** The owner of a key or token. `expiresAt` is in unix milliseconds, and null if it never expires. */
interface Holder {
  readonly actor: Actor;
  readonly expiresAt: number | null;
}

/** The longest time for which a revoked key, its portal tokens or the keys of a deleted tenant are still accepted. */
const keyCacheMs = 2_000;
const maxCachedKeys = 10_000;
/** Keys that were valid within this time are still accepted from an address with too many failed sign-ins. */
const knownKeyMs = 3_600_000;
const maxUnknownKeys = 1_000;
const maxCachedTenants = 10_000;
/** A bearer credential (RFC 6750 section 2.1). The scheme is case-insensitive (RFC 9110 section 11.1). */
const bearer = /^Bearer +([\x21-\x7e]+) *$/i;
/** The format of the keys that createApiKey creates. */
const apiKey = /^lhk_[\w-]{43}$/;
/** The format of a portal token: three parts joined by dots. The root key may also have it, so it is checked first. */
const signedToken = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** The largest length of a portal token, which contains the ids of its endpoints. */
const maxTokenLength = 16_384;

const allPermissions: ReadonlySet<Permission> = new Set(permissions);

export interface AuthenticationOptions {
  readonly services: Pick<Services, 'systemPool' | 'clock' | 'portalTokens'>;
  readonly rootApiKey: string;
  readonly failedSignIns: FailedSignIns;
}

export function createAuthenticate({ services, rootApiKey, failedSignIns }: AuthenticationOptions): Authenticate {
  const rootHash = hashKey(rootApiKey);
  const findHolder = createFindHolder(services, failedSignIns);
  const requireTenant = createRequireTenant(services);

  return async ({ authorization, tenant }, address) => {
    const secret = bearer.exec(authorization ?? '')?.[1];
    if (secret === undefined) {
      failedSignIns.record(address, authorization === undefined ? 'missing' : 'malformed');
      throw new UnauthorizedError('A key is needed: "Authorization: Bearer <key>".');
    }
    const hash = hashKey(secret);
    if (timingSafeEqual(hash, rootHash)) {
      const tenantId = tenant === undefined ? defaultTenantId : await requireTenant(tenant);
      return { tenantId, apiKeyId: null, permissions: allPermissions, endpointIds: null, portalToken: null };
    }
    const isToken = secret.length <= maxTokenLength && signedToken.test(secret);
    const isWellFormed = isToken || apiKey.test(secret);
    const holder = isWellFormed ? await findHolder(secret, hash, isToken, address) : null;
    if (!holder || (holder.expiresAt !== null && holder.expiresAt <= services.clock.now())) {
      failedSignIns.record(address, isWellFormed ? 'unknown' : 'malformed');
      throw new UnauthorizedError('This key is unknown, revoked or expired.');
    }
    if (tenant !== undefined) throw new ForbiddenError('Only the root key can choose a tenant.', null);
    return holder.actor;
  };
}

/**
 * Returns a function that finds the owner of a key or token. Valid and invalid ones are cached separately for 2 s.
 * Tokens that may create endpoints are not cached. Only keys are checked against the limit on failed sign-ins, because
 * the signature of a token proves that this server issued it.
 */
function createFindHolder(services: AuthenticationOptions['services'], failedSignIns: FailedSignIns) {
  const holders = new LRUCache<string, Holder>({ max: maxCachedKeys, ttl: keyCacheMs });
  const knownKeys = new LRUCache<string, true>({ max: maxCachedKeys, ttl: knownKeyMs });
  const unknown = new LRUCache<string, true>({ max: maxUnknownKeys, ttl: keyCacheMs });
  const pending = new Map<string, Promise<Holder | null>>();
  return async (secret: string, hash: Buffer, isToken: boolean, address: string): Promise<Holder | null> => {
    const name = hash.toString('base64');
    const cached = holders.get(name);
    if (cached) return cached;
    if (unknown.has(name)) return null;
    if (!isToken && !knownKeys.has(name)) failedSignIns.check(address);
    let found = pending.get(name);
    if (!found) {
      found = isToken ? findTokenHolder(services, secret) : findKeyHolder(services, hash);
      pending.set(name, found);
    }
    try {
      const holder = await found;
      if (holder) {
        // A token with `maxEndpoints` is not cached, because each request may add an endpoint to it.
        if (holder.actor.portalToken?.maxEndpoints == null) holders.set(name, holder);
        knownKeys.set(name, true);
      } else {
        knownKeys.delete(name);
        unknown.set(name, true);
      }
      return holder;
    } finally {
      pending.delete(name);
    }
  };
}

function createRequireTenant({ systemPool }: Pick<Services, 'systemPool'>): (id: string) => Promise<string> {
  const tenants = new LRUCache<string, true>({ max: maxCachedTenants, ttl: keyCacheMs });
  return async id => {
    const tenantId = parseId('tnt', id);
    if (tenantId !== null && !tenants.has(tenantId)) {
      if (await isTenant(systemPool, tenantId)) tenants.set(tenantId, true);
    }
    if (tenantId !== null && tenants.has(tenantId)) return tenantId;
    throw new BadUserInputError(
      'livehook-tenant',
      'must be the id of a tenant, such as tnt_01h455vb4pex5vsknk084sn02q',
    );
  };
}

async function findKeyHolder({ systemPool }: Pick<Services, 'systemPool'>, hash: Buffer): Promise<Holder | null> {
  const key = await findActiveApiKey(systemPool, hash);
  if (!key) return null;
  const { id, tenantId, expiresAt } = key;
  const actor = { tenantId, apiKeyId: id, permissions: new Set(key.permissions), endpointIds: null, portalToken: null };
  return { actor, expiresAt };
}

async function findTokenHolder(
  { systemPool, clock, portalTokens }: Pick<Services, 'systemPool' | 'clock' | 'portalTokens'>,
  text: string,
): Promise<Holder | null> {
  const tokenId = await portalTokens.verify(text, clock.now());
  const token = tokenId === null ? null : await findActivePortalToken(systemPool, tokenId);
  if (!token) return null;
  const { id, tenantId, apiKeyId, expiresAt } = token;
  const actor: Actor = {
    tenantId,
    apiKeyId,
    permissions: new Set(token.permissions),
    endpointIds: new Set(token.endpointIds),
    portalToken: { id, expiresAt, eventTypes: token.eventTypes, maxEndpoints: token.maxEndpoints },
  };
  return { actor, expiresAt };
}
