import type { Pool, PoolClient } from 'pg';
import type { Prisma } from '../../database/generated/client.ts';
import { defineStatement } from '../../database/pool.ts';
import { withoutQuery } from '../../egress/url.ts';
import { foldText } from '../search-text.ts';

/** The number of former URLs that are stored for each endpoint. */
const maxFormerUrls = 20;

const isNotAscii = (text: string) => `octet_length(${text}) > length(${text})`;

/**
 * Selects the endpoints that `searchEndpoints` then compares in memory: those whose ASCII text contains the term, and
 * those with text that is not ASCII, because PostgreSQL may fold it differently.
 */
export const searchCandidates = defineStatement<
  [tenantId: string, search: string],
  { id: string; name: string; url: string; formerUrls: string[] }
>({
  name: 'endpoints-search',
  text: `
SELECT e.id, e.name, split_part(e.url, '?', 1) AS url, former.urls AS "formerUrls"
FROM endpoint e CROSS JOIN LATERAL (
  SELECT ARRAY (SELECT f.url FROM endpoint_former_url f WHERE f.endpoint_id = e.id) AS urls
) former
WHERE e.tenant_id = $1 AND EXISTS (
  SELECT FROM unnest(ARRAY[e.name, split_part(e.url, '?', 1)] || former.urls) AS t (text)
  WHERE ${isNotAscii('t.text')} OR strpos(lower(t.text COLLATE "C"), $2) > 0)`,
});

/**
 * Finds the tenant's endpoints, including deleted ones, whose name, URL or one of whose last 20 former URLs contains
 * the term. URLs are compared without their query, because it may contain a secret.
 *
 * @param search the term, folded by `foldText`.
 * @returns the ids (UUIDs) of the endpoints.
 */
export async function searchEndpoints(db: Pool | PoolClient, tenantId: string, search: string): Promise<string[]> {
  const candidates = await searchCandidates(db, [tenantId, search]);
  return candidates
    .filter(({ name, url, formerUrls }) => [name, url, ...formerUrls].some(text => foldText(text).includes(search)))
    .map(({ id }) => id);
}

/** Like `searchEndpoints`, but does not search in names. */
export async function searchEndpointUrls(db: Pool | PoolClient, tenantId: string, search: string): Promise<string[]> {
  const candidates = await searchCandidates(db, [tenantId, search]);
  return candidates
    .filter(({ url, formerUrls }) => [url, ...formerUrls].some(text => foldText(text).includes(search)))
    .map(({ id }) => id);
}

/**
 * Stores the current URL of an endpoint as a former one, so that searches still find it. The row of the endpoint must
 * be locked.
 */
export async function keepFormerUrl(
  transaction: Prisma.TransactionClient,
  endpointId: string,
  url: string,
): Promise<void> {
  const kept = withoutQuery(url);
  await transaction.$executeRaw`DELETE FROM endpoint_former_url WHERE endpoint_id = ${endpointId}::uuid AND url = ${kept}`;
  await transaction.$executeRaw`INSERT INTO endpoint_former_url (endpoint_id, url) VALUES (${endpointId}::uuid, ${kept})`;
  await transaction.$executeRaw`
    DELETE FROM endpoint_former_url WHERE id IN (
      SELECT id FROM endpoint_former_url WHERE endpoint_id = ${endpointId}::uuid ORDER BY id DESC OFFSET ${maxFormerUrls})`;
}
