import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { PrismaClient } from './generated/client.ts';

export type { PrismaClient };

/** To wait for a connection (as the pool itself does), and for the whole transaction. Prisma's own are for a quiet machine. */
const transactionOptions = { maxWait: 5_000, timeout: 30_000 };

/** The Prisma client on the pool that the named statements use. `$disconnect` leaves the pool open. */
export function createPrisma(pool: Pool): PrismaClient {
  // The pool logs its own idle connections' failures (openPool).
  return new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions });
}
