import type { ServerResponse } from 'node:http';
import type { Pool } from 'pg';
import { areMigrationsApplied } from '../database/migrate.ts';
import type { Feed } from '../feed/feed.ts';
import { writeJson } from './http-body.ts';

/** Something that this process needs to be ready, such as a loop that must run. */
export interface ReadinessCheck {
  readonly name: string;
  /** Resolves to whether it is healthy. A rejection, or no answer within two seconds, counts as unhealthy. */
  check(): boolean | Promise<boolean>;
}

export interface HealthOptions {
  readonly systemPool: Pool;
  readonly feed: Feed;
  /** Checks of background loops, such as the sender's. Each must be healthy for the process to be ready. */
  readonly readiness: readonly ReadinessCheck[];
}

const checkMs = 2_000;

/**
 * Creates the handler of `/readyz`. It responds 200 if PostgreSQL accepts writes, all migrations are applied and every
 * check is healthy, else 503. The body lists each check. Requests that arrive while the checks run share the results,
 * so that a flood of requests uses at most two database connections.
 *
 * @param isClosing whether the server closes. It is not ready then.
 */
export function createReadiness(options: HealthOptions, isClosing: () => boolean) {
  let running: Promise<Readonly<Record<string, boolean>>> | null = null;
  return async (response: ServerResponse): Promise<void> => {
    running ??= runChecks(options).finally(() => {
      running = null;
    });
    const checks = await running;
    const closing = isClosing();
    const ready = !closing && Object.values(checks).every(Boolean);
    // The feed is reported but never makes the process unready, because without Redis it is only slower.
    writeJson(response, ready ? 200 : 503, { ready, closing, checks, feed: options.feed.health() });
  };
}

async function runChecks({ systemPool: pool, readiness }: HealthOptions): Promise<Readonly<Record<string, boolean>>> {
  const checks: readonly ReadinessCheck[] = [
    { name: 'postgresql', check: () => isWritable(pool) },
    { name: 'migrations', check: () => areMigrationsApplied(pool) },
    ...readiness,
  ];
  return Object.fromEntries(await Promise.all(checks.map(async each => [each.name, await runCheck(each)] as const)));
}

/** Whether PostgreSQL accepts writes. False on a standby or a read-only server. */
async function isWritable(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query("SELECT current_setting('transaction_read_only') = 'off' AS writable");
  return rows[0].writable;
}

async function runCheck({ check }: ReadinessCheck): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), checkMs);
  try {
    return await Promise.race([check(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
