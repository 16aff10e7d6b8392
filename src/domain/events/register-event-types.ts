import type { Services } from '../context.ts';
import { requireQuota } from '../quotas.ts';

/** Events could not be inserted, as the tenant has never published these types. Nothing was written. */
export class UnknownEventTypesError extends Error {
  readonly types: readonly string[];
  constructor(types: readonly string[]) {
    super(`${types.length} event types are not registered`);
    this.types = types;
  }
}

/** Between registering and inserting, the janitor can forget a type. Twice in a row is no coincidence. */
const maxRounds = 3;

/**
 * Runs `insert`. Where that rejects with UnknownEventTypesError, registers the types and runs it again.
 *
 * @throws QuotaExceededError where the tenant would have more event types than its quota; what `insert` throws.
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
    // After the insert: only types that nobody has registered in the meantime count.
    if (inserted > 0) await requireQuota(transaction, quotas, tenantId, 'eventTypes', 0);
  });
}
