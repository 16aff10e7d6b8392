import type { Pool } from 'pg';
import { defineStatement } from '../../database/pool.ts';
import type { Permission } from '../context.ts';

/** The data of a portal token that a request needs. */
export interface ActivePortalToken {
  readonly id: string;
  readonly tenantId: string;
  /** The key that issued it. Null for the root key. */
  readonly apiKeyId: string | null;
  readonly permissions: readonly Permission[];
  /** UUIDs. */
  readonly endpointIds: readonly string[];
  /** Event types and prefixes that its holder may subscribe the endpoints to, besides those that they have. */
  readonly eventTypes: readonly string[];
  /** The number of endpoints up to which its holder may create endpoints. Null: none. */
  readonly maxEndpoints: number | null;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

const findStatement = defineStatement<[id: string], ActivePortalToken>({
  name: 'portal-token-find',
  text: `
SELECT t.id, t.tenant_id AS "tenantId", t.api_key_id AS "apiKeyId", to_json(t.permissions) AS permissions,
  to_json(t.endpoint_ids) AS "endpointIds", to_json(t.event_types) AS "eventTypes",
  t.max_endpoints AS "maxEndpoints", round(date_part('epoch', t.expires_at) * 1000) AS "expiresAt"
FROM portal_token t JOIN tenant owner ON owner.id = t.tenant_id LEFT JOIN api_key k ON k.id = t.api_key_id
WHERE t.id = $1 AND t.revoked_at IS NULL AND t.expires_at > now() AND owner.deleted_at IS NULL
  AND (t.api_key_id IS NULL OR (k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())))`,
});

/** Finds the token with this id (UUID), if neither it nor the key that issued it is revoked or expired. */
export async function findActivePortalToken(pool: Pool, id: string): Promise<ActivePortalToken | null> {
  const [token] = await findStatement(pool, [id]);
  return token ?? null;
}

const filterStatement = defineStatement<[ids: readonly string[]], { id: string }>({
  name: 'portal-tokens-active',
  text: `
SELECT t.id FROM portal_token t JOIN tenant owner ON owner.id = t.tenant_id LEFT JOIN api_key k ON k.id = t.api_key_id
WHERE t.id = ANY ($1::uuid[]) AND t.revoked_at IS NULL AND t.expires_at > now() AND owner.deleted_at IS NULL
  AND (t.api_key_id IS NULL OR (k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())))`,
});

/** Filters the tokens (UUIDs) that are valid: neither they nor the keys that issued them are revoked or expired. */
export async function filterActivePortalTokens(pool: Pool, ids: readonly string[]): Promise<Set<string>> {
  return new Set((await filterStatement(pool, [ids])).map(row => row.id));
}
