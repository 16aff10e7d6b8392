import type { Pool } from 'pg';
import { type DomainContext, type Permission, permissions, type Services } from '../../../src/domain/context.ts';
import { defaultTenantId } from '../../fixtures/seed-deliveries.ts';

/** Creates a context for reading deliveries, with a pool as its only service. */
export function aReader(
  pool: Pool,
  { tenantId = defaultTenantId, may = permissions as readonly Permission[] } = {},
): DomainContext {
  return {
    services: { pool } as Services,
    actor: { tenantId, apiKeyId: null, permissions: new Set(may), endpointIds: null, portalToken: null },
  };
}
