import { BadUserInputError } from '../../errors.ts';
import type { Actor } from '../context.ts';
import { type CheckedFilter, checkFilter, type DeliveryFilterInput } from '../deliveries/delivery-filter.ts';

/** RETRY sends each delivery again. REPLAY creates a new delivery of the same event. */
export const bulkOperationKinds = ['RETRY', 'REPLAY'] as const;
export type BulkOperationKind = (typeof bulkOperationKinds)[number];

/*
 * RUNNING --> SUCCEEDED   every delivery was processed; some of them may have errors
 *         --> CANCELED    through the API; finished deliveries are not undone
 *         --> FAILED      because of a bug, which the log describes
 */
export const bulkOperationStatuses = ['RUNNING', 'SUCCEEDED', 'CANCELED', 'FAILED'] as const;
export type BulkOperationStatus = (typeof bulkOperationStatuses)[number];

/** A bulk operation as clients see it. Counts are of deliveries. */
export interface BulkOperationRow {
  readonly id: string;
  readonly tenantId: string;
  /** The key that started it, or the key that created the portal token that started it. Null for the root key. */
  readonly apiKeyId: string | null;
  /** The portal token that started it. Null if a key did. */
  readonly portalTokenId: string | null;
  readonly kind: BulkOperationKind;
  readonly status: BulkOperationStatus;
  /** The filter in JSON, as the client sent it. Absent if it was not loaded: see `loadBulkFilters`. */
  readonly filter?: unknown;
  /** Grows while deliveries are counted. Once SUCCEEDED, the sum of `done`, `failed` and `skipped`. */
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly finishedAt: Date | null;
}

/** The Prisma condition for the operations that an actor can see: a portal token its own, a key all of its tenant. */
export function visibleOperations({ tenantId, portalToken }: Actor) {
  return { tenantId, ...(portalToken && { portalTokenId: portalToken.id }) };
}

/**
 * Checks the filter of a bulk operation.
 *
 * @throws BadUserInputError as `checkFilter` does, and for `filter` if it has none of ids, endpointIds, createdAt and
 * statuses.
 */
export function checkBulkFilter(input: DeliveryFilterInput, actor: Pick<Actor, 'endpointIds'>): CheckedFilter {
  const filter = checkFilter(input, 'filter', actor);
  const { ids, endpointIds, statuses, createdAt } = input;
  const isRestricted = ids || endpointIds || statuses || createdAt?.from || createdAt?.to;
  if (isRestricted) return filter;
  throw new BadUserInputError('filter', 'must have at least one of ids, endpointIds, createdAt and statuses');
}

/** Parses a stored filter. Its dates are strings, because JSON has no dates. */
export function parseStoredFilter(stored: unknown): CheckedFilter {
  const input = stored as Omit<DeliveryFilterInput, 'createdAt'> & { readonly createdAt?: StoredRange | null };
  const { createdAt, ...others } = input;
  const range = createdAt && { createdAt: { from: parseMoment(createdAt.from), to: parseMoment(createdAt.to) } };
  // The stored filter names the endpoints that the actor who started the operation can access.
  return checkBulkFilter({ ...others, ...range }, { endpointIds: null });
}

interface StoredRange {
  readonly from?: string | null;
  readonly to?: string | null;
}

function parseMoment(moment: string | null | undefined): Date | null {
  return moment ? new Date(moment) : null;
}
