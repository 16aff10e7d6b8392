import { expect, vi } from 'vitest';
import { formatId, parseId } from '../../src/ids.ts';
import type { System } from './system.ts';

interface EndpointDelivery {
  readonly id: string;
  readonly status: string;
  readonly failureReason: string | null;
}

/** The deliveries of an endpoint, oldest first. */
export async function readDeliveries({ pool }: System, endpointId: string): Promise<EndpointDelivery[]> {
  const { rows } = await pool.query<EndpointDelivery>(
    'SELECT id, status, failure_reason AS "failureReason" FROM delivery WHERE endpoint_id = $1 ORDER BY id',
    [parseId('ep', endpointId)],
  );
  return rows.map(row => ({ ...row, id: formatId('dlv', row.id) }));
}

/** Waits until all deliveries of an endpoint have this status. @returns them. */
export function waitForStatus(system: System, endpointId: string, status: string): Promise<EndpointDelivery[]> {
  return vi.waitFor(
    async () => {
      const deliveries = await readDeliveries(system, endpointId);
      expect([...new Set(deliveries.map(delivery => delivery.status))]).toEqual([status]);
      return deliveries;
    },
    { timeout: 60_000, interval: 20 },
  );
}
