import type { Config } from '../config.ts';
import { advisoryLockSpaces } from '../database/advisory-locks.ts';
import { Prisma } from '../database/generated/client.ts';
import { BadUserInputError, QuotaExceededError } from '../errors.ts';
import type { Services } from './context.ts';

/** The quotas of the configuration. `Config` describes each of them. */
export type Quotas = Config['quotas'];

/** The quotas that limit a number of rows. The others limit a list within one row (see `requireListLength`). */
export type CountedQuota = 'endpoints' | 'eventTypes' | 'apiKeys' | 'portalTokens' | 'bulkOperations' | 'tenants';

interface QuotaRules {
  /** Returns SQL that selects the rows that count. An index contains only these rows, so counting is fast. */
  selectRows(tenantId: string): Prisma.Sql;
  readonly noun: string;
  readonly setting: string;
  /** The advice to the client at the end of the error message. */
  readonly advice: string;
  /**
   * Returns SQL that selects the rows that were created within 24 hours, including deleted and revoked ones. Absent:
   * there is no daily limit.
   */
  selectDailyRows?(tenantId: string): Prisma.Sql;
}

/** SQL for the smallest id (UUIDv7) of a row that was created within 24 hours, by the clock of the database. */
const dayAgoId = Prisma.sql`(lpad(to_hex((extract(epoch FROM now() - interval '1 day') * 1000)::bigint), 12, '0')
  || '70008000000000000000')::uuid`;

const rules: Readonly<Record<CountedQuota, QuotaRules>> = {
  endpoints: {
    selectRows: id => Prisma.sql`SELECT FROM endpoint WHERE tenant_id = ${id}::uuid AND deleted_at IS NULL`,
    noun: 'endpoints',
    setting: 'MAX_ENDPOINTS',
    selectDailyRows: id => Prisma.sql`SELECT FROM endpoint WHERE tenant_id = ${id}::uuid AND id >= ${dayAgoId}`,
    advice: 'Delete endpoints that are no longer needed.',
  },
  eventTypes: {
    selectRows: id =>
      Prisma.sql`SELECT FROM event_type WHERE tenant_id = ${id}::uuid AND NOT starts_with(type, 'livehook.')`,
    noun: 'event types',
    setting: 'MAX_EVENT_TYPES',
    advice:
      'Put ids and other values that vary into the payload. A type stops counting when retention has deleted its last event.',
  },
  apiKeys: {
    selectRows: id =>
      Prisma.sql`SELECT FROM api_key WHERE tenant_id = ${id}::uuid AND revoked_at IS NULL
        AND coalesce(expires_at, 'infinity') > now()`,
    noun: 'API keys',
    setting: 'MAX_API_KEYS',
    selectDailyRows: id => Prisma.sql`SELECT FROM api_key WHERE tenant_id = ${id}::uuid AND id >= ${dayAgoId}`,
    advice: 'Revoke keys that are no longer needed.',
  },
  portalTokens: {
    selectRows: id =>
      Prisma.sql`SELECT FROM portal_token WHERE tenant_id = ${id}::uuid AND revoked_at IS NULL AND expires_at > now()`,
    noun: 'portal tokens',
    setting: 'MAX_PORTAL_TOKENS',
    // No lower bound of ids is needed: tokens are valid for a day at most, and the janitor deletes expired ones.
    selectDailyRows: id => Prisma.sql`SELECT FROM portal_token WHERE tenant_id = ${id}::uuid AND expires_at > now()`,
    advice: 'Revoke tokens that are no longer needed, or create tokens that expire sooner.',
  },
  bulkOperations: {
    selectRows: id => Prisma.sql`SELECT FROM bulk_operation WHERE tenant_id = ${id}::uuid AND status = 'RUNNING'`,
    noun: 'running bulk operations',
    setting: 'MAX_BULK_OPERATIONS',
    advice: 'Wait until one has finished, or cancel one.',
  },
  tenants: {
    selectRows: () => Prisma.sql`SELECT FROM tenant WHERE deleted_at IS NULL`,
    noun: 'tenants',
    setting: 'MAX_TENANTS',
    advice: '',
  },
};

/**
 * Checks that `adding` more rows stay within the quota, and locks the quota until the transaction ends. Call it before
 * the rows are inserted, or afterwards with 0. It reads at most `limit + 1` index entries. If the tenant already
 * exceeds the quota, only additions are rejected.
 *
 * Endpoints, API keys and portal tokens have a second limit: at most twice the quota may be created within 24 hours. It
 * includes those that were deleted or revoked since, because their rows stay in the database.
 *
 * @throws QuotaExceededError
 */
export async function requireQuota(
  transaction: Prisma.TransactionClient,
  quotas: Services['quotas'],
  tenantId: string,
  quota: CountedQuota,
  adding = 1,
): Promise<void> {
  const { selectRows, noun, setting, advice } = rules[quota];
  const limit = quotas[quota];
  const lockName = quota === 'tenants' ? quota : `${quota} ${tenantId}`;
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${advisoryLockSpaces.quota}::int, hashtext(${lockName}))`;
  // The count is a separate statement, so that its snapshot includes the rows of the transaction that had the lock
  // before.
  const [row] = await transaction.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (${selectRows(tenantId)} LIMIT ${limit + 1}::int) AS counted`;
  if ((row?.count ?? 0) + adding <= limit) return requireDailyQuota(transaction, rules[quota], tenantId, limit, adding);
  const owner = quota === 'tenants' ? 'This server' : 'The tenant';
  throw new QuotaExceededError(`${owner} may have at most ${limit} ${noun} (${setting}). ${advice}`.trim(), limit);
}

const dailyFactor = 2;

async function requireDailyQuota(
  transaction: Prisma.TransactionClient,
  { selectDailyRows, noun, setting }: QuotaRules,
  tenantId: string,
  quota: number,
  adding: number,
): Promise<void> {
  if (!selectDailyRows || adding === 0) return;
  const limit = dailyFactor * quota;
  const [row] = await transaction.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (${selectDailyRows(tenantId)} LIMIT ${limit}::int) AS counted`;
  if ((row?.count ?? 0) + adding <= limit) return;
  const problem = `The tenant may create at most ${limit} ${noun} within 24 hours, twice ${setting}.`;
  throw new QuotaExceededError(`${problem} Deleted and revoked ones count.`, limit);
}

/**
 * Checks that portal tokens run fewer than `bulkOperationsPerEndpoint` bulk operations for these endpoints. Call it
 * after `requireQuota` for `bulkOperations`, because it relies on that lock.
 *
 * @param endpointIds the public ids of the endpoints of the token that starts an operation.
 * @throws QuotaExceededError
 */
export async function requirePortalBulkQuota(
  transaction: Prisma.TransactionClient,
  { bulkOperationsPerEndpoint: limit }: Services['quotas'],
  tenantId: string,
  portalTokenId: string,
  endpointIds: readonly string[],
): Promise<void> {
  const [row] = await transaction.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM bulk_operation
    WHERE tenant_id = ${tenantId}::uuid AND status = 'RUNNING' AND portal_token_id IS NOT NULL
      AND (portal_token_id = ${portalTokenId}::uuid OR filter::jsonb -> 'endpointIds' ?| ${endpointIds}::text[])`;
  if ((row?.count ?? 0) < limit) return;
  throw new QuotaExceededError(
    `Portal tokens may have at most ${limit} running bulk operations for an endpoint (MAX_BULK_OPERATIONS_PER_ENDPOINT). ${rules.bulkOperations.advice}`,
    limit,
  );
}

/**
 * Checks the length of a list that replaces a list of `currentLength` entries. A list that already exceeds the quota
 * may keep its length.
 *
 * @throws BadUserInputError naming `argument`, with the limit.
 */
export function requireListLength(argument: string, length: number, limit: number, currentLength = 0): void {
  if (length <= Math.max(limit, currentLength)) return;
  throw new BadUserInputError(argument, `must have at most ${limit} entries; got ${length}`);
}
