import type { Config } from '../config.ts';
import { advisoryLockSpaces } from '../database/advisory-locks.ts';
import { Prisma } from '../database/generated/client.ts';
import { BadUserInputError, QuotaExceededError } from '../errors.ts';
import type { Services } from './context.ts';

/** The quotas of `Config`, where they are described. */
export type Quotas = Config['quotas'];

/** Quotas of rows. The other quotas limit a list within one row: see `requireListLength`. */
export type CountedQuota = 'endpoints' | 'eventTypes' | 'apiKeys' | 'portalTokens' | 'bulkOperations' | 'tenants';

interface QuotaRules {
  /** A condition for the rows that count. Each statement reads an index that contains only these rows. */
  selectRows(tenantId: string): Prisma.Sql;
  readonly noun: string;
  readonly setting: string;
  /** The advice to the client in the error message. */
  readonly advice: string;
  /**
   * A condition for the rows that were created within 24 hours, also deleted and revoked ones: see `requireDailyQuota`.
   */
  selectDailyRows?(tenantId: string): Prisma.Sql;
}

/** The smallest id (UUIDv7) of a row that was created within 24 hours, by the clock of the database. */
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
    advice: 'Put ids and other values that vary into the payload. Types that are no longer published are forgotten.',
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
    // Tokens are valid for a day at most, and the janitor deletes expired ones.
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
 * Endpoints, API keys and portal tokens have a second limit. At most twice the quota may be created within 24 hours,
 * including those that were deleted or revoked since, because their rows stay in the database.
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
  // A separate statement, so that its snapshot includes the rows of the transaction that held the lock before.
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
 * Checks that portal tokens run at most `bulkOperationsPerEndpoint` bulk operations at once for each of these
 * endpoints. Call it after `requireQuota` for `bulkOperations`, whose lock it needs.
 *
 * @param endpointIds the client ids of the endpoints of the token that starts an operation.
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
