import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Actor, defaultTenantId, type Permission, permissions, type Services } from '../domain/context.ts';
import { hashKey } from '../domain/keys/create-api-key.ts';
import { findActiveApiKey } from '../domain/keys/find-api-key.ts';
import { findActivePortalToken } from '../domain/portal-tokens/find-portal-token.ts';
import { BadUserInputError, ForbiddenError, UnauthorizedError } from '../errors.ts';
import { parseId } from '../ids.ts';

/** How a client says who it is: two headers, or two entries of the payload of `connection_init`. */
export interface Credentials {
  /** `Bearer <key>`; a portal token stands where a key does. */
  readonly authorization: string | undefined;
  /** `livehook-tenant`, for the root key alone. */
  readonly tenant: string | undefined;
}

/**
 * Who acts with these credentials.
 *
 * @throws UnauthorizedError (no key, or one that is unknown, revoked or expired), ForbiddenError (a tenant was chosen
 * with a key other than the root key), BadUserInputError (`livehook-tenant` names no tenant); what `pg` throws.
 */
export type Authenticate = (credentials: Credentials) => Promise<Actor>;

/** Who a key or a token is. `expiresAt` in unix milliseconds; null: never. */
interface Holder {
  readonly actor: Actor;
  readonly expiresAt: number | null;
}

/** A revoked key is refused after at most so long, and the portal tokens that it issued. */
const keyCacheMs = 2_000;
const maxCachedKeys = 10_000;
const maxCachedTenants = 10_000;
/** RFC 6750 section 2.1; the scheme in any case (RFC 9110 section 11.1). */
const bearer = /^Bearer +([\x21-\x7e]+) *$/i;
/** The three parts of a portal token. A key has no dot, but the root key may: it is looked at first. */
const signedToken = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const allPermissions: ReadonlySet<Permission> = new Set(permissions);

export function createAuthenticate(
  services: Pick<Services, 'pool' | 'prisma' | 'clock' | 'portalTokens'>,
  rootApiKey: string,
): Authenticate {
  const rootHash = hashKey(rootApiKey);
  const holders = new LRUCache<string, Promise<Holder | null>>({ max: maxCachedKeys, ttl: keyCacheMs });
  const tenants = new LRUCache<string, true>({ max: maxCachedTenants });

  const findHolder = (secret: string, hash: Buffer): Promise<Holder | null> => {
    const name = hash.toString('base64');
    const known = holders.get(name);
    if (known) return known;
    const found = signedToken.test(secret) ? findTokenHolder(services, secret) : findKeyHolder(services, hash);
    holders.set(name, found);
    found.catch(() => holders.delete(name));
    return found;
  };

  const requireTenant = async (id: string): Promise<string> => {
    const tenantId = parseId('tnt', id);
    if (tenantId !== null && !tenants.has(tenantId)) {
      if ((await services.prisma.tenant.count({ where: { id: tenantId } })) > 0) tenants.set(tenantId, true);
    }
    if (tenantId !== null && tenants.has(tenantId)) return tenantId;
    throw new BadUserInputError(
      'livehook-tenant',
      'must be the id of a tenant, such as tnt_01h455vb4pex5vsknk084sn02q',
    );
  };

  return async ({ authorization, tenant }) => {
    const secret = bearer.exec(authorization ?? '')?.[1];
    if (secret === undefined) throw new UnauthorizedError('A key is needed: "Authorization: Bearer <key>".');
    const hash = hashKey(secret);
    if (timingSafeEqual(hash, rootHash)) {
      const tenantId = tenant === undefined ? defaultTenantId : await requireTenant(tenant);
      return { tenantId, apiKeyId: null, permissions: allPermissions, endpointIds: null, portalToken: null };
    }
    const holder = await findHolder(secret, hash);
    if (!holder || (holder.expiresAt !== null && holder.expiresAt <= services.clock.now())) {
      throw new UnauthorizedError('This key is unknown, revoked or expired.');
    }
    if (tenant !== undefined) throw new ForbiddenError('Only the root key can choose a tenant.', null);
    return holder.actor;
  };
}

async function findKeyHolder({ pool }: Pick<Services, 'pool'>, hash: Buffer): Promise<Holder | null> {
  const key = await findActiveApiKey(pool, hash);
  if (!key) return null;
  const { id, tenantId, expiresAt } = key;
  const actor = { tenantId, apiKeyId: id, permissions: new Set(key.permissions), endpointIds: null, portalToken: null };
  return { actor, expiresAt };
}

async function findTokenHolder(
  { pool, clock, portalTokens }: Pick<Services, 'pool' | 'clock' | 'portalTokens'>,
  text: string,
): Promise<Holder | null> {
  const tokenId = await portalTokens.verify(text, clock.now());
  const token = tokenId === null ? null : await findActivePortalToken(pool, tokenId);
  if (!token) return null;
  const { id, tenantId, apiKeyId, expiresAt } = token;
  const actor: Actor = {
    tenantId,
    apiKeyId,
    permissions: new Set(token.permissions),
    endpointIds: new Set(token.endpointIds),
    portalToken: { id, expiresAt, eventTypes: token.eventTypes },
  };
  return { actor, expiresAt };
}
