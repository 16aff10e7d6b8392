import { LRUCache } from 'lru-cache';
import type { Pool, PoolClient } from 'pg';
import { defineStatement } from '../../database/pool.ts';
import { openRedaction, type RedactionSettings } from '../redaction/redaction-settings.ts';
import type { Redact } from '../redaction/redactor.ts';
import { matchesEventType } from './event-type.ts';

/** The data of an endpoint that publishing needs. */
export interface Route {
  readonly endpointId: string;
  readonly name: string;
  readonly url: string;
  readonly status: 'ENABLED' | 'PAUSED' | 'DISABLED';
  readonly eventTypes: readonly string[];
  /** The endpoint's own retry schedule. Null: the server's default. */
  readonly schedule: readonly number[] | null;
  /** The tenant's `endpoint_details_revision` at the time when `name` and `url` were read. */
  readonly detailsRevision: number;
}

/**
 * The endpoints and the redaction of a tenant at one revision. It includes disabled endpoints, so that `endpointIds`
 * can name them in an error, but not deleted ones.
 */
export interface RoutingTable {
  readonly revision: number;
  readonly routes: ReadonlyMap<string, Route>;
  /** Returns the enabled and paused endpoints that receive events of this type. */
  match(type: string): readonly Route[];
  /** Redacts a payload by the tenant's settings. */
  readonly redact: Redact;
}

const readStatement = defineStatement<[tenantId: string], RedactionSettings & { revision: number; endpoints: Route[] }>(
  {
    name: 'routing-read',
    text: `
SELECT t.routing_revision AS revision, t.redaction_paths AS "redactionPaths",
  t.scan_card_numbers AS "scanCardNumbers", coalesce((
  SELECT json_agg(json_build_object('endpointId', e.id, 'name', e.name, 'url', e.url, 'status', e.status,
    'eventTypes', e.event_types, 'schedule', e.retry_schedule_seconds, 'detailsRevision', t.endpoint_details_revision) ORDER BY e.id)
  FROM endpoint e WHERE e.tenant_id = t.id AND e.deleted_at IS NULL), '[]') AS endpoints
FROM tenant t WHERE t.id = $1`,
  },
);

/*
 * Locks the routing of a tenant. `lock_routing_revision` acquires the lock that inserts share, before the row of the
 * tenant. Updates of the redaction acquire both in the same order, so there is no deadlock.
 */
const lockStatement = defineStatement<[tenantId: string], never>({
  name: 'routing-lock',
  text: 'SELECT FROM tenant WHERE lock_routing_revision($1, 0) IS NOT NULL AND id = $1 FOR SHARE',
});

/** Locks the tenant's routing until the transaction ends. Changes to it wait. */
export async function lockRouting(client: PoolClient, tenantId: string): Promise<void> {
  await lockStatement(client, [tenantId]);
}

const cachedTenants = 1000;
const cachedTypes = 1000;

/**
 * Caches which endpoints an event is routed to. An insert succeeds only if the tenant's `routing_revision` is still
 * that of the cached table (see insert-events.ts), so an outdated table costs one more round trip and never a wrong
 * delivery. A new name or URL of an endpoint does not change that revision, because it only affects how deliveries are
 * described to subscribers.
 */
export interface Routing {
  /**
   * Returns the routing of a tenant.
   *
   * @param fresh true bypasses the cache, after an insert that found the table outdated.
   */
  read(tenantId: string, fresh: boolean): Promise<RoutingTable>;
}

export function createRouting(pool: Pool): Routing {
  const tables = new LRUCache<string, RoutingTable>({ max: cachedTenants });
  return {
    async read(tenantId, fresh) {
      const known = fresh ? undefined : tables.get(tenantId);
      if (known) return known;
      const [row] = await readStatement(pool, [tenantId]);
      if (!row) throw new Error(`tenant ${tenantId} does not exist`);
      const table = createTable(row.revision, row.endpoints, openRedaction(row));
      tables.set(tenantId, table);
      return table;
    },
  };
}

function createTable(revision: number, endpoints: readonly Route[], redact: Redact): RoutingTable {
  const open = endpoints.filter(endpoint => endpoint.status !== 'DISABLED');
  const byType = new LRUCache<string, readonly Route[]>({ max: cachedTypes });
  return {
    revision,
    redact,
    routes: new Map(endpoints.map(endpoint => [endpoint.endpointId, endpoint])),
    match(type) {
      let routes = byType.get(type);
      if (!routes) {
        routes = open.filter(endpoint => matchesEventType(endpoint.eventTypes, type));
        byType.set(type, routes);
      }
      return routes;
    },
  };
}
