import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { PrismaClient } from './generated/client.ts';

export type { PrismaClient };

/**
 * The limits on waiting for a connection (as in the pool) and on a whole transaction. Prisma's defaults are too short
 * for a busy machine.
 */
const transactionOptions = { maxWait: 5_000, timeout: 30_000 };

/** Creates a Prisma client on the pool that the named statements use. `$disconnect` does not close the pool. */
export function createPrisma(pool: Pool): PrismaClient {
  // The pool logs failures of idle connections itself (openPool).
  return new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions });
}
