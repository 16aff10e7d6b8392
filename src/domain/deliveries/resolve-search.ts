import type { Pool, PoolClient } from 'pg';
import { defineStatement } from '../../database/pool.ts';
import { searchEndpoints } from '../endpoints/search-endpoints.ts';
import { type EventTypePatterns, matchesPatterns } from '../events/event-type.ts';
import { foldText } from '../search-text.ts';
import type { CheckedFilter } from './delivery-filter.ts';

/** A filter whose event type prefixes and search text have been replaced by event types and endpoints of the tenant. */
export interface ResolvedFilter extends Omit<CheckedFilter, 'eventTypes' | 'search'> {
  /** The event types that the filter names, and those that start with one of its prefixes. */
  readonly eventTypes: ReadonlySet<string> | null;
  /**
   * The endpoints and event types that match `search` and the rest of the filter. A delivery must have one of these endpoints or event types.
   * Null: no search.
   */
  readonly found: { readonly endpointIds: ReadonlySet<string>; readonly eventTypes: ReadonlySet<string> } | null;
}

/*
 * With more prefixes than this, all event types are read and compared in memory, because comparing each type with each
 * prefix in SQL took seconds.
 */
const maxPrefixesInSql = 10;

const typesStatement = defineStatement<
  [tenantId: string, prefixes: readonly string[], search: string | null],
  { type: string }
>({
  name: 'filter-types',
  text: `
SELECT type FROM event_type
WHERE tenant_id = $1 AND (CASE WHEN cardinality($2::text[]) > ${maxPrefixesInSql} THEN true ELSE type ^@ ANY ($2::text[]) END
  OR strpos(lower(type COLLATE "C"), $3) > 0)`,
});

/**
 * Replaces the search text and the prefixes of a filter by endpoints and event types of the tenant. It searches these,
 * because they are few, while no index can find a part of a text in deliveries. Runs no statement if the filter has
 * neither.
 */
export async function resolveSearch(
  db: Pool | PoolClient,
  tenantId: string,
  filter: CheckedFilter,
): Promise<ResolvedFilter> {
  const { search, endpointIds, eventTypes } = filter;
  if (search === null) {
    return { ...filter, eventTypes: eventTypes && (await resolvePatterns(db, tenantId, eventTypes)), found: null };
  }
  const rows = await typesStatement(db, [tenantId, [...(eventTypes?.prefixes ?? [])], search]);
  const wanted = eventTypes && selectTypes(eventTypes, rows);
  const resolved = { ...filter, eventTypes: wanted };
  const foundTypes = rows
    .map(row => row.type)
    .filter(type => foldText(type).includes(search) && (wanted?.has(type) ?? true));
  const foundIds = await searchEndpoints(db, tenantId, search);
  return {
    ...resolved,
    found: {
      endpointIds: new Set(foundIds.filter(id => endpointIds?.has(id) ?? true)),
      eventTypes: new Set(foundTypes),
    },
  };
}

/**
 * Returns the event types that match the patterns: those that are named, and the tenant's types that start with one of
 * the prefixes. Runs one statement if there is a prefix.
 */
export async function resolvePatterns(
  db: Pool | PoolClient,
  tenantId: string,
  patterns: EventTypePatterns,
): Promise<ReadonlySet<string>> {
  if (patterns.prefixes.size === 0) return patterns.exact;
  return selectTypes(patterns, await typesStatement(db, [tenantId, [...patterns.prefixes], null]));
}

function selectTypes(patterns: EventTypePatterns, rows: readonly { readonly type: string }[]): ReadonlySet<string> {
  return new Set([...patterns.exact, ...rows.map(row => row.type).filter(type => matchesPatterns(patterns, type))]);
}
