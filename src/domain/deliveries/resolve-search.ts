import type { Pool, PoolClient } from 'pg';
import { defineStatement } from '../../database/pool.ts';
import { withoutQuery } from '../../egress/url.ts';
import type { CheckedFilter } from './delivery-filter.ts';
import { foldCase, isAscii } from './fold-case.ts';

/** A filter whose prefixes and search were looked up among the tenant's event types and endpoints. */
export interface ResolvedFilter extends Omit<CheckedFilter, 'eventTypes' | 'search'> {
  /** Those that are named, and those with one of the prefixes. */
  readonly eventTypes: ReadonlySet<string> | null;
  /** What `search` found: deliveries to one of the endpoints, or of one of the types. Within the filter's own. */
  readonly found: { readonly endpointIds: ReadonlySet<string>; readonly eventTypes: ReadonlySet<string> } | null;
}

/*
 * Endpoints and types are few and deliveries many: no index helps to find a part of a text, so it is looked for here.
 * A URL is compared without its query, as the feed holds none: it can be a secret.
 * More prefixes than a few are compared here as well: each type with each of them took seconds.
 * Text that is not ASCII is compared in memory alone: only of ASCII do we know that PostgreSQL folds it as we do.
 */
const maxPrefixesInSql = 10;

const lookUpStatement = defineStatement<
  [tenantId: string, prefixes: readonly string[], search: string | null, isAscii: boolean],
  { id: string | null; name: string; url: string; type: string }
>({
  name: 'filter-look-up',
  text: `
SELECT id, name, url, NULL AS type FROM endpoint
WHERE tenant_id = $1 AND $3::text IS NOT NULL AND (NOT $4::bool
  OR strpos(lower(name COLLATE "C"), $3) > 0 OR strpos(lower(split_part(url, '?', 1) COLLATE "C"), $3) > 0)
UNION ALL
SELECT NULL, NULL, NULL, type FROM event_type
WHERE tenant_id = $1 AND (CASE WHEN cardinality($2::text[]) > ${maxPrefixesInSql} THEN true ELSE type ^@ ANY ($2::text[]) END OR strpos(lower(type COLLATE "C"), $3) > 0)`,
});

/**
 * Looks up which endpoints and event types the filter's search and prefixes mean, in one small statement; none where
 * there is neither.
 */
export async function resolveSearch(
  db: Pool | PoolClient,
  tenantId: string,
  filter: CheckedFilter,
): Promise<ResolvedFilter> {
  const { search, endpointIds, eventTypes } = filter;
  const prefixes = new Set(eventTypes?.prefixes);
  if (search === null && prefixes.size === 0) return { ...filter, eventTypes: eventTypes?.exact ?? null, found: null };
  const rows = await lookUpStatement(db, [tenantId, [...prefixes], search, search === null || isAscii(search)]);
  const types = rows.filter(row => row.id === null).map(row => row.type);
  const wanted = eventTypes && new Set([...eventTypes.exact, ...types.filter(type => hasPrefix(type, prefixes))]);
  const resolved = { ...filter, eventTypes: wanted };
  if (search === null) return { ...resolved, found: null };
  const foundTypes = types.filter(type => foldCase(type).includes(search) && (wanted?.has(type) ?? true));
  const foundIds = rows.flatMap(({ id, name, url }) =>
    id !== null && [name, withoutQuery(url)].some(text => foldCase(text).includes(search)) ? id : [],
  );
  return {
    ...resolved,
    found: {
      endpointIds: new Set(foundIds.filter(id => endpointIds?.has(id) ?? true)),
      eventTypes: new Set(foundTypes),
    },
  };
}

/** Whether one of the prefixes, each of which ends with a dot, begins the type. Takes no longer for many of them. */
function hasPrefix(type: string, prefixes: ReadonlySet<string>): boolean {
  for (let dot = type.indexOf('.'); dot >= 0; dot = type.indexOf('.', dot + 1)) {
    if (prefixes.has(type.slice(0, dot + 1))) return true;
  }
  return false;
}
