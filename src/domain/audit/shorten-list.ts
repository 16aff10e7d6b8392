import type { Prisma } from '../../database/generated/client.ts';

/** A longer list is told by its length. */
const maxListed = 20;

/** A value as the audit log tells it, so that an entry stays small: `1000 entries` for a list of more than 20. */
export function shortenList(value: Prisma.InputJsonValue | null): Prisma.InputJsonValue | null {
  return Array.isArray(value) && value.length > maxListed ? `${value.length} entries` : value;
}
