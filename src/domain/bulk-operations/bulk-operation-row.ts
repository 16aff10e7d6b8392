import { BadUserInputError } from '../../errors.ts';
import type { Actor } from '../context.ts';
import { type CheckedFilter, checkFilter, type DeliveryFilterInput } from '../deliveries/delivery-filter.ts';

/** The types of a bulk operation: RETRY sends each delivery again, REPLAY creates a new delivery of the same event. */
export const bulkOperationKinds = ['RETRY', 'REPLAY'] as const;
export type BulkOperationKind = (typeof bulkOperationKinds)[number];

/*
 * The statuses of a bulk operation:
 * - RUNNING: it is counting or processing deliveries.
 * - SUCCEEDED: every delivery was processed; some of them may have errors.
 * - CANCELED: it was canceled through the API; deliveries that it had processed are not undone.
 * - FAILED: a bug ended it, which the log describes.
 */
export const bulkOperationStatuses = ['RUNNING', 'SUCCEEDED', 'CANCELED', 'FAILED'] as const;
export type BulkOperationStatus = (typeof bulkOperationStatuses)[number];

/**
 * A bulk operation as clients see it, without its filter (see `loadBulkFilters`). `total`, `done`, `failed` and
 * `skipped` are numbers of deliveries.
 */
export interface BulkOperationRow {
  readonly id: string;
  readonly tenantId: string;
  /** The API key that started it, or that created the portal token that did. Null for the root key. */
  readonly apiKeyId: string | null;
  /** The portal token that started it. Null if an API key did. */
  readonly portalTokenId: string | null;
  readonly kind: BulkOperationKind;
  readonly status: BulkOperationStatus;
  /**
   * The number of deliveries to process. It grows while they are counted. After SUCCEEDED it is `done` + `failed` +
   * `skipped`.
   */
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly finishedAt: Date | null;
}

/**
 * Returns the Prisma condition for the bulk operations that the actor can see: a portal token sees those that it
 * started, an API key sees all of its tenant.
 */
export function visibleOperations({ tenantId, portalToken }: Actor) {
  return { tenantId, ...(portalToken && { portalTokenId: portalToken.id }) };
}

/**
 * Checks the filter of a bulk operation.
 *
 * @throws BadUserInputError as `checkFilter` does, and for `filter` if it has none of ids, endpointIds, createdAt and
 *   statuses.
 */
export function checkBulkFilter(input: DeliveryFilterInput, actor: Pick<Actor, 'endpointIds'>): CheckedFilter {
  const filter = checkFilter(input, 'filter', actor);
  const { ids, endpointIds, statuses, createdAt } = input;
  const isRestricted = ids || endpointIds || statuses || createdAt?.from || createdAt?.to;
  if (isRestricted) return filter;
  throw new BadUserInputError('filter', 'must have at least one of ids, endpointIds, createdAt and statuses');
}

/** Parses a filter that was stored as JSON, where dates are strings. */
export function parseStoredFilter(stored: unknown): CheckedFilter {
  const input = stored as Omit<DeliveryFilterInput, 'createdAt'> & { readonly createdAt?: StoredRange | null };
  const { createdAt, ...others } = input;
  const range = createdAt && { createdAt: { from: parseMoment(createdAt.from), to: parseMoment(createdAt.to) } };
  // No access check is needed, because the stored filter already contains only endpoints that the actor can access.
  return checkBulkFilter({ ...others, ...range }, { endpointIds: null });
}

interface StoredRange {
  readonly from?: string | null;
  readonly to?: string | null;
}

function parseMoment(moment: string | null | undefined): Date | null {
  return moment ? new Date(moment) : null;
}
