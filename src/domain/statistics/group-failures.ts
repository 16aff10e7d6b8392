import { encodePlainArray } from '../../database/arrays.ts';
import { Prisma } from '../../database/generated/client.ts';
import { withClient } from '../../database/pool.ts';
import type { AttemptErrorCode, DeliveryStatus } from '../../delivery.ts';
import { requireInteger } from '../arguments.ts';
import type { DomainContext } from '../context.ts';
import type { CheckedFilter } from '../deliveries/delivery-filter.ts';
import { anyOf, planScans, toArray } from '../deliveries/filter-sql.ts';
import { type ResolvedFilter, resolveSearch } from '../deliveries/resolve-search.ts';
import { authorize } from '../verbs.ts';
import { countCells, maxScanned } from './count-cells.ts';

/** Deliveries of one endpoint whose last attempts failed in the same way. */
export interface FailureGroup {
  /** The id (UUID) of the endpoint. */
  readonly endpointId: string;
  /** The id (UUID) of the newest delivery in the group. */
  readonly sampleId: string;
  readonly errorCode: AttemptErrorCode;
  readonly responseStatus: number | null;
  readonly count: number;
  /** The number of RETRYING deliveries in the group. The others are FAILED. */
  readonly retrying: number;
  readonly exact: boolean;
  /** When the oldest delivery of the group last failed, in Unix milliseconds. */
  readonly firstSeenAt: number;
  /** When the newest delivery of the group last failed, in Unix milliseconds. */
  readonly lastSeenAt: number;
}

const defaultFirst = 20;
const maxFirst = 100;
const failing: readonly DeliveryStatus[] = ['RETRYING', 'FAILED'];

interface CountedGroup {
  readonly endpointId: string;
  readonly errorCode: AttemptErrorCode;
  readonly responseStatus: number | null;
  readonly count: number;
  readonly retrying: number;
  readonly allScanned: number;
}

interface Ends {
  readonly index: number;
  readonly sampleId: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/**
 * Groups the deliveries of a filter that are FAILED, or RETRYING after a failed attempt, by endpoint, error code and
 * response status. The largest groups come first.
 *
 * @param first the number of groups: 0 to 100. Default: 20.
 * @throws BadUserInputError (`first`), ForbiddenError without DELIVERIES_READ.
 */
export async function groupFailures(
  { services, actor }: DomainContext,
  filter: CheckedFilter,
  first: number | null | undefined,
): Promise<FailureGroup[]> {
  authorize(actor, 'failureGroups');
  const limit = requireInteger(first ?? defaultFirst, 'first', 0, maxFirst);
  const statuses = new Set(failing.filter(status => filter.statuses?.has(status) ?? true));
  const { pool } = services;
  const resolved = await resolveSearch(pool, actor.tenantId, { ...filter, statuses });
  const statement = groupsStatement(actor.tenantId, resolved, limit);
  if (!statement) return [];
  return withClient(pool, async client => {
    const { rows: groups } = await client.query<CountedGroup>(statement.text, statement.values);
    const ends = endsStatement(actor.tenantId, resolved, groups);
    if (!ends) return [];
    const { rows } = await client.query<Ends>(ends.text, ends.values);
    const byIndex = new Map(rows.map(row => [row.index, row]));
    // A group is left out if its last delivery was retried between the two statements.
    return groups.flatMap(({ allScanned, ...group }, index) => {
      const found = byIndex.get(index);
      if (!found) return [];
      const { sampleId, firstSeenAt, lastSeenAt } = found;
      return { ...group, exact: allScanned <= maxScanned, sampleId, firstSeenAt, lastSeenAt };
    });
  });
}

/**
 * Builds the statement that counts the groups. Null if nothing can match. Run it unnamed, because its best plan depends
 * on the values.
 */
export function groupsStatement(tenantId: string, filter: ResolvedFilter, limit: number): Prisma.Sql | null {
  const cells = countCells(tenantId, filter, { tables: ['live', 'history'] });
  if (!cells) return null;
  return Prisma.sql`
WITH cell AS MATERIALIZED (SELECT * FROM ${cells} AS cell)
SELECT endpoint_id AS "endpointId", error_code AS "errorCode", response_status AS "responseStatus",
  sum(count)::bigint AS count, coalesce(sum(count) FILTER (WHERE status = 'RETRYING'), 0)::bigint AS retrying,
  (SELECT count(*) FROM cell WHERE scanned) AS "allScanned"
FROM cell WHERE error_code IS NOT NULL
GROUP BY endpoint_id, error_code, response_status HAVING sum(count) > 0
ORDER BY sum(count) DESC, endpoint_id, error_code, response_status LIMIT ${limit}::int`;
}

/*
 * Builds a statement that finds the oldest and the newest delivery of each group by an index. Groups without a response
 * have their own condition, because IS NOT DISTINCT FROM cannot use an index. ORDER BY includes the response status:
 * otherwise PostgreSQL would sort the whole group for IS NULL, which it does not treat as one position of the index.
 */
export function endsStatement(
  tenantId: string,
  filter: ResolvedFilter,
  groups: readonly CountedGroup[],
): Prisma.Sql | null {
  if (groups.length === 0) return null;
  const { eventIds } = filter;
  const ofEvents = eventIds ? Prisma.sql` AND d.event_id = ANY (${toArray(eventIds, 'uuid')})` : Prisma.empty;
  const parts = (['live', 'history'] as const).flatMap(table => {
    const scans = planScans(tenantId, { ...filter, eventIds: null }, [table]);
    if (scans.length === 0) return [];
    const ofFailures = table === 'history' ? Prisma.sql` AND d.status = 'FAILED'` : Prisma.empty;
    return [Prisma.sql`${Prisma.raw(`delivery_${table} d`)} WHERE ${anyOf(scans)}${ofEvents}${ofFailures}`];
  });
  const responses = [
    Prisma.sql`d.response_status = g.response_status`,
    Prisma.sql`g.response_status IS NULL AND d.response_status IS NULL`,
  ];
  const end = (direction: 'ASC' | 'DESC') => {
    const way = Prisma.raw(direction);
    const firsts = parts.flatMap(part =>
      responses.map(
        response => Prisma.sql`(SELECT d.id, d.last_failed_at, d.updated_at FROM ${part}
    AND d.endpoint_id = g.endpoint_id AND d.error_code = g.error_code AND ${response} ORDER BY d.response_status ${way}, d.id ${way} LIMIT 1)`,
      ),
    );
    return Prisma.sql`LATERAL (
  SELECT id, round(date_part('epoch', coalesce(last_failed_at, updated_at)) * 1000) AS seen_at
  FROM (${Prisma.join(firsts, ' UNION ALL ')}) AS part ORDER BY id ${way} LIMIT 1)`;
  };
  return Prisma.sql`
SELECT g.index::int - 1 AS index, newest.id AS "sampleId", oldest.seen_at AS "firstSeenAt", newest.seen_at AS "lastSeenAt"
FROM unnest(${encodePlainArray(groups.map(each => each.endpointId))}::uuid[],
  ${encodePlainArray(groups.map(each => each.errorCode))}::attempt_error_code[],
  ${encodePlainArray(groups.map(each => each.responseStatus))}::smallint[])
  WITH ORDINALITY AS g (endpoint_id, error_code, response_status, index)
CROSS JOIN ${end('ASC')} AS oldest CROSS JOIN ${end('DESC')} AS newest`;
}
