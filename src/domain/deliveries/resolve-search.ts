import type { Pool, PoolClient } from 'pg';
import { defineStatement } from '../../database/pool.ts';
import type { CheckedFilter } from './delivery-filter.ts';
import { foldCase, isAscii } from './fold-case.ts';

/** A filter whose search was looked up among the tenant's endpoints. */
export interface ResolvedFilter extends CheckedFilter {
  /** Null also where no event type can contain it: then it narrowed `endpointIds`. */
  readonly search: string | null;
  /** The endpoints whose name or URL contains `search`; deleted ones too. */
  readonly searchedEndpointIds: readonly string[];
}

/* Endpoints are few and deliveries many: no index helps to find a part of a text, so it is looked for here. */
const searchStatement = defineStatement<
  [tenantId: string, asciiText: string | null],
  { id: string; name: string; url: string }
>({
  name: 'endpoints-search',
  text: `
SELECT id, name, url FROM endpoint
WHERE tenant_id = $1 AND ($2::text IS NULL
  OR strpos(lower(name COLLATE "C"), $2) > 0 OR strpos(lower(url COLLATE "C"), $2) > 0)`,
});

/** A part of an event type, folded. */
const partOfType = /^[a-z0-9_.-]+$/;

/** Looks the filter's search up among the tenant's endpoints, in one small statement; none where there is no search. */
export async function resolveSearch(
  db: Pool | PoolClient,
  tenantId: string,
  filter: CheckedFilter,
): Promise<ResolvedFilter> {
  const { search, endpointIds } = filter;
  if (search === null) return { ...filter, searchedEndpointIds: [] };
  // Only of ASCII do we know that PostgreSQL folds it as we do.
  const rows = await searchStatement(db, [tenantId, isAscii(search) ? search : null]);
  const found = rows.filter(({ name, url }) => foldCase(name).includes(search) || foldCase(url).includes(search));
  const foundIds = found.map(row => row.id).filter(id => endpointIds?.has(id) ?? true);
  if (partOfType.test(search)) return { ...filter, searchedEndpointIds: foundIds };
  return { ...filter, search: null, endpointIds: new Set(foundIds), searchedEndpointIds: [] };
}
