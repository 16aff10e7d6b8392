import { BadUserInputError } from '../../errors.ts';
import type { Actor } from '../context.ts';
import { type CheckedFilter, checkFilter, type DeliveryFilterInput } from '../deliveries/delivery-filter.ts';

/** What is done to each delivery: it is tried again, or a new delivery of its event is made. */
export const bulkOperationKinds = ['RETRY', 'REPLAY'] as const;
export type BulkOperationKind = (typeof bulkOperationKinds)[number];

/*
 * RUNNING --> SUCCEEDED   every delivery was looked at; single ones may have failed
 *         --> CANCELED    by a person; what was done stays done
 *         --> FAILED      by a bug, which is in the log
 */
export const bulkOperationStatuses = ['RUNNING', 'SUCCEEDED', 'CANCELED', 'FAILED'] as const;
export type BulkOperationStatus = (typeof bulkOperationStatuses)[number];

/** A bulk operation as clients see it. Counts are of deliveries. */
export interface BulkOperationRow {
  readonly id: string;
  readonly tenantId: string;
  /** The key that started it, or that made the portal token which did; null: the root key. */
  readonly apiKeyId: string | null;
  /** The portal token that started it; null: a key did. */
  readonly portalTokenId: string | null;
  readonly kind: BulkOperationKind;
  readonly status: BulkOperationStatus;
  /** As the client gave it, in JSON. Absent where it was not read along: see `loadBulkFilters`. */
  readonly filter?: unknown;
  /** Grows while they are counted. Once SUCCEEDED, the sum of the other three. */
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly finishedAt: Date | null;
}

/** The operations that there are for an actor: a portal token sees its own, a key all of its tenant's. */
export function operationsOf({ tenantId, portalToken }: Actor) {
  return { tenantId, ...(portalToken && { portalTokenId: portalToken.id }) };
}

/**
 * A filter that a bulk operation may have, checked.
 *
 * @throws BadUserInputError as `checkFilter` does, and (`filter`) where none of ids, endpointIds, createdAt, statuses
 * restricts it.
 */
export function checkBulkFilter(input: DeliveryFilterInput, actor: Pick<Actor, 'endpointIds'>): CheckedFilter {
  const filter = checkFilter(input, 'filter', actor);
  const { ids, endpointIds, statuses, createdAt } = input;
  const isRestricted = ids || endpointIds || statuses || createdAt?.from || createdAt?.to;
  if (isRestricted) return filter;
  throw new BadUserInputError('filter', 'must have at least one of ids, endpointIds, createdAt and statuses');
}

/** The filter as it was stored: JSON knows no dates. */
export function parseStoredFilter(stored: unknown): CheckedFilter {
  const input = stored as Omit<DeliveryFilterInput, 'createdAt'> & { readonly createdAt?: StoredRange | null };
  const { createdAt, ...others } = input;
  const range = createdAt && { createdAt: { from: parseMoment(createdAt.from), to: parseMoment(createdAt.to) } };
  // It was narrowed to the endpoints of whoever started the operation before it was stored.
  return checkBulkFilter({ ...others, ...range }, { endpointIds: null });
}

interface StoredRange {
  readonly from?: string | null;
  readonly to?: string | null;
}

function parseMoment(moment: string | null | undefined): Date | null {
  return moment ? new Date(moment) : null;
}
