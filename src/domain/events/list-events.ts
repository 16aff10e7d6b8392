import { encodeTextArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import { BadUserInputError } from '../../errors.ts';
import type { DomainContext } from '../context.ts';
import { resolvePatterns } from '../deliveries/resolve-search.ts';
import { type IdPage, readIdPage } from '../id-pages.ts';
import type { PageInput } from '../pages.ts';
import { authorize } from '../verbs.ts';
import { requireEventTypePattern, splitPatterns } from './event-type.ts';
import type { EventRow } from './find-events.ts';

export interface ListEventsInput extends PageInput {
  /**
   * Only events of these types. An entry may be a prefix such as `license.*`. All by default. An empty list matches
   * nothing.
   */
  readonly types?: readonly string[] | null | undefined;
}

/** An event without its payload, which may be large. `loadPayloads` loads it. */
export type EventHead = Omit<EventRow, 'payload'>;

const maxTypes = 1000;

/*
 * There is one statement for each direction, because PostgreSQL could not read the index in order if the direction were
 * a parameter.
 */
const pageStatements = {
  desc: defineStatement<PageValues, EventHead>({ name: 'events-page', text: pageText('DESC') }),
  asc: defineStatement<PageValues, EventHead>({ name: 'events-page-backward', text: pageText('ASC') }),
};

type PageValues = [tenantId: string, below: string | null, above: string | null, types: string | null, take: number];

/**
 * Returns the text of the page statement. `IN (SELECT unnest(...))` makes PostgreSQL build a hash table of the types,
 * so that many types do not slow down the check of a row.
 */
function pageText(direction: 'ASC' | 'DESC'): string {
  return `
SELECT id, tenant_id AS "tenantId", type, is_test AS "isTest" FROM event
WHERE tenant_id = $1
  AND id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  AND id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
  AND ($4::text[] IS NULL OR type IN (SELECT unnest($4::text[])))
ORDER BY id ${direction} LIMIT $5`;
}

/**
 * Lists the tenant's events, newest first.
 *
 * @throws BadUserInputError (`types`: at most 1,000; page arguments), ForbiddenError without DELIVERIES_READ, and for a
 *   portal token.
 */
export async function listEvents(
  { services, actor }: DomainContext,
  { types = null, ...input }: ListEventsInput,
): Promise<IdPage<EventHead>> {
  authorize(actor, 'events');
  if (types && types.length > maxTypes) throw new BadUserInputError('types', `must have at most ${maxTypes} entries`);
  const patterns = types?.map((type, index) => requireEventTypePattern(type, `types.${index}`)) ?? null;
  return readIdPage({ kind: 'events', tenantId: actor.tenantId, input }, async range => {
    const { below, above, direction, take } = range;
    const wanted = patterns && (await resolvePatterns(services.pool, actor.tenantId, splitPatterns(patterns)));
    if (wanted?.size === 0) return [];
    return pageStatements[direction](services.pool, [
      actor.tenantId,
      below,
      above,
      wanted && encodeTextArray([...wanted]),
      take,
    ]);
  });
}
