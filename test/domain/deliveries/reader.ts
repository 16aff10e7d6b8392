import type { Pool } from 'pg';
import { type DomainContext, type Permission, permissions, type Services } from '../../../src/domain/context.ts';
import { defaultTenantId } from '../../fixtures/seed-deliveries.ts';

/** A reader, with the only service that reading needs. */
export function aReader(
  pool: Pool,
  { tenantId = defaultTenantId, may = permissions as readonly Permission[] } = {},
): DomainContext {
  return {
    services: { pool } as Services,
    actor: { tenantId, apiKeyId: null, permissions: new Set(may), endpointIds: null, portalToken: null },
  };
}
