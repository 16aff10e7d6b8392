import type { Pool } from 'pg';
import type { Partition } from '../../src/database/partitions.ts';
import { keptPlans } from '../../src/database/pool.ts';
import type { DeliverySnapshot } from '../../src/delivery.ts';
import type { LaneRequest, Settlement } from '../../src/domain/delivery-state/index.ts';

/** The session settings of Livehook's own connections, which every layout uses. */
export const sessionSettings = keptPlans;
export const defaultTimeoutMs = 10_000;

/** The columns of a claimed delivery that settling needs. */
export interface Claim {
  readonly delivery: DeliverySnapshot;
  readonly dueAtMs: number;
  readonly payload: string | null;
}

/** A layout of the tables of deliveries, with the statements that claim and settle. */
export interface Layout {
  readonly name: string;
  /** SQL that creates the tables which Livehook does not have. `weeks` are the partitions of `delivery_history`. */
  create(weeks: readonly Partition[]): string;
  /** A regular expression for the names of the tables of deliveries, with partitions. */
  readonly tables: string;
  /** Writes the deliveries from number $1 to $2 of `staged`, as a publish does, without the event. */
  readonly publish: string;
  claim(pool: Pool, lanes: readonly LaneRequest[]): Promise<Claim[]>;
  /** Writes the results of attempts. @returns the number of deliveries whose result was accepted. */
  settle(pool: Pool, settlements: readonly Settlement[]): Promise<number>;
}

/** All columns of a delivery. */
export const columns = `id, tenant_id, endpoint_id, event_id, replay_of, due_at, lease_until, updated_at, finished_at,
  last_failed_at, status, failure_reason, error_code, trigger, attempt_count, max_attempts, version, duration_ms,
  response_status, schedule_step, interruptions, live, is_test, event_type, error_message, payload`;

/**
 * Creates a table `name` that is partitioned by week like `delivery_history`, with the same indexes and those of
 * `indexes`.
 */
export function createWeekly(
  name: string,
  fillfactor: number,
  weeks: readonly Partition[],
  indexes = (_partition: string) => '',
): string {
  const partitions = weeks.map(week => {
    const partition = week.name.replace('delivery_history', name);
    return `CREATE TABLE ${partition} (LIKE delivery_history INCLUDING ALL) WITH (fillfactor = ${fillfactor});
      ${indexes(partition)}
      DO $$ BEGIN EXECUTE (
        SELECT 'ALTER TABLE ${name} ATTACH PARTITION ${partition} ' || pg_get_expr(relpartbound, oid)
        FROM pg_class WHERE relname = '${week.name}'); END $$;`;
  });
  return `CREATE TABLE ${name} (LIKE delivery_history INCLUDING DEFAULTS) PARTITION BY RANGE (id);
    ${partitions.join('\n')}`;
}
