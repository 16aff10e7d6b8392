import type { Config } from '../config.ts';
import { advisoryLockSpaces } from '../database/advisory-locks.ts';
import { Prisma } from '../database/generated/client.ts';
import { BadUserInputError, QuotaExceededError } from '../errors.ts';
import type { Services } from './context.ts';

/** See `Config`: the one list of quotas. */
export type Quotas = Config['quotas'];

/** Quotas of rows. The others bound a list that one row holds: see `requireListLength`. */
export type CountedQuota = 'endpoints' | 'eventTypes' | 'apiKeys' | 'portalTokens' | 'bulkOperations' | 'tenants';

interface QuotaRules {
  /** The rows that count. Each statement reads an index that holds no other rows. */
  selectRows(tenantId: string): Prisma.Sql;
  readonly noun: string;
  readonly setting: string;
  /** What a client can do about it. */
  readonly advice: string;
  /** The rows that were created within 24 hours, with those that were deleted or revoked: see `requireDailyQuota`. */
  selectDailyRows?(tenantId: string): Prisma.Sql;
}

/** The least id (UUIDv7) of a row that was created within 24 hours, by the clock of the database. */
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
    // Tokens last for a day at most, and the janitor removes those that have expired.
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
 * Makes sure that `adding` more rows stay within the quota, for the rest of the transaction: others that want to add to
 * the same quota wait until it ends. Call it before the rows are inserted, or afterwards with 0. Reads at most `limit + 1` index
 * entries. Where
 * there are more rows than the quota allows already, only additions are refused.
 *
 * Endpoints, API keys and portal tokens have a second bound: at most twice the quota are created within 24 hours, with those that were
 * deleted or revoked since, because their rows stay for the history.
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
  // A statement of its own: its snapshot holds what the transaction before this one has inserted.
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
 * Makes sure that the portal tokens of some endpoints do not start more than `bulkOperationsPerEndpoint` bulk operations
 * that run at once for any of these endpoints. Call it after `requireQuota` for `bulkOperations`, whose lock it needs.
 *
 * @param endpointIds the client ids of the endpoints of the token that starts one more.
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
 * Checks the length of a list that replaces one of `currentLength` entries. A list that was longer than the quota before
 * may stay as long as it is.
 *
 * @throws BadUserInputError naming `argument`, with the number.
 */
export function requireListLength(argument: string, length: number, limit: number, currentLength = 0): void {
  if (length <= Math.max(limit, currentLength)) return;
  throw new BadUserInputError(argument, `must have at most ${limit} entries; got ${length}`);
}
