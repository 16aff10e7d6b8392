import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { PrismaClient } from './generated/client.ts';

export type { PrismaClient };

/**
 * The longest wait for a connection and the longest transaction, in ms. Prisma's defaults (2 s and 5 s) are too short
 * for a busy machine.
 */
const transactionOptions = { maxWait: 5_000, timeout: 30_000 };

/** Columns that may be large. `loadBulkFilters` reads them within the byte budget of an operation. */
const omit = { bulkOperation: { filter: true } } as const;

/**
 * Creates a Prisma client that uses the connections of `pool`, as the statements of `defineStatement` do. `$disconnect`
 * does not close the pool.
 */
export function createPrisma(pool: Pool): PrismaClient {
  // No `onPoolError` handler is needed, because `openPool` already logs failures of idle connections.
  return new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions, omit }) as unknown as PrismaClient;
}
