import type { Prisma } from '../../database/generated/client.ts';

/** The longest list that the audit log stores. */
const maxListed = 20;

/**
 * Shortens a value, so that an audit entry stays small. A list of more than 20 entries is replaced by a text such as
 * `1000 entries`.
 */
export function shortenList(value: Prisma.InputJsonValue | null): Prisma.InputJsonValue | null {
  return Array.isArray(value) && value.length > maxListed ? `${value.length} entries` : value;
}
