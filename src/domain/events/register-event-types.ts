import type { Services } from '../context.ts';
import { requireQuota } from '../quotas.ts';

/** The tenant has not registered these event types, so nothing was inserted. */
export class UnknownEventTypesError extends Error {
  readonly types: readonly string[];
  constructor(types: readonly string[]) {
    super(`${types.length} event types are not registered`);
    this.types = types;
  }
}

/**
 * The number of attempts. The janitor may delete a type between its registration and the insert, but not several times
 * in a row.
 */
const maxRounds = 3;

/**
 * Runs `insert`. If it rejects with UnknownEventTypesError, registers the types and runs it again.
 *
 * @throws QuotaExceededError if the tenant would have more event types than its quota; the errors of `insert`.
 */
export async function insertWithNewTypes<T>(
  services: Pick<Services, 'prisma' | 'quotas'>,
  tenantId: string,
  insert: () => Promise<T>,
): Promise<T> {
  for (let round = 1; ; round += 1) {
    try {
      return await insert();
    } catch (error) {
      if (!(error instanceof UnknownEventTypesError) || round === maxRounds) throw error;
      await registerEventTypes(services, tenantId, error.types);
    }
  }
}

async function registerEventTypes(
  { prisma, quotas }: Pick<Services, 'prisma' | 'quotas'>,
  tenantId: string,
  types: readonly string[],
): Promise<void> {
  await prisma.$transaction(async transaction => {
    const inserted = await transaction.$executeRaw`
      INSERT INTO event_type (tenant_id, type) SELECT ${tenantId}::uuid, type FROM unnest(${types}::text[]) AS t (type)
      ORDER BY type ON CONFLICT DO NOTHING`;
    // The quota is checked after the insert, so that types that a concurrent call has registered do not count twice.
    if (inserted > 0) await requireQuota(transaction, quotas, tenantId, 'eventTypes', 0);
  });
}
