import type { Prisma } from '../../database/generated/client.ts';

/** A longer list is replaced by its length. */
const maxListed = 20;

/** Shortens a value for the audit log, so that an entry stays small: a list of more than 20 becomes `1000 entries`. */
export function shortenList(value: Prisma.InputJsonValue | null): Prisma.InputJsonValue | null {
  return Array.isArray(value) && value.length > maxListed ? `${value.length} entries` : value;
}
