import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Actor, defaultTenantId, type Permission, permissions, type Services } from '../domain/context.ts';
import { hashKey } from '../domain/keys/create-api-key.ts';
import { type ActiveApiKey, findActiveApiKey } from '../domain/keys/find-api-key.ts';
import { BadUserInputError, ForbiddenError, UnauthorizedError } from '../errors.ts';
import { parseId } from '../ids.ts';

/** How a client says who it is: two headers, or two entries of the payload of `connection_init`. */
export interface Credentials {
  /** `Bearer <key>`. */
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

/** A revoked key is refused after at most so long. */
const keyCacheMs = 2_000;
const maxCachedKeys = 10_000;
const maxCachedTenants = 10_000;
/** RFC 6750 section 2.1; the scheme in any case (RFC 9110 section 11.1). */
const bearer = /^Bearer +([\x21-\x7e]+) *$/i;

const allPermissions: ReadonlySet<Permission> = new Set(permissions);

export function createAuthenticate(
  services: Pick<Services, 'pool' | 'prisma' | 'clock'>,
  rootApiKey: string,
): Authenticate {
  const rootHash = hashKey(rootApiKey);
  const keys = new LRUCache<string, Promise<ActiveApiKey | null>>({ max: maxCachedKeys, ttl: keyCacheMs });
  const tenants = new LRUCache<string, true>({ max: maxCachedTenants });

  const findKey = (hash: Buffer): Promise<ActiveApiKey | null> => {
    const name = hash.toString('base64');
    const known = keys.get(name);
    if (known) return known;
    const found = findActiveApiKey(services.pool, hash);
    keys.set(name, found);
    found.catch(() => keys.delete(name));
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
      return { tenantId, apiKeyId: null, permissions: allPermissions };
    }
    const key = await findKey(hash);
    if (!key || (key.expiresAt !== null && key.expiresAt <= services.clock.now())) {
      throw new UnauthorizedError('This key is unknown, revoked or expired.');
    }
    if (tenant !== undefined) throw new ForbiddenError('Only the root key can choose a tenant.', null);
    return { tenantId: key.tenantId, apiKeyId: key.id, permissions: new Set(key.permissions) };
  };
}
