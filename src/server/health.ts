import type { ServerResponse } from 'node:http';
import type { Pool } from 'pg';
import { areMigrationsApplied } from '../database/migrate.ts';
import type { Feed } from '../feed/feed.ts';
import { writeJson } from './http-body.ts';

/** Something without which this process is not ready, such as a loop that must turn. */
export interface ReadinessCheck {
  readonly name: string;
  /** Resolves to whether it is well; a rejection counts as not. More than two seconds count as not, too. */
  check(): boolean | Promise<boolean>;
}

export interface HealthOptions {
  readonly systemPool: Pool;
  readonly feed: Feed;
  /** What the app adds: its loops. */
  readonly readiness: readonly ReadinessCheck[];
}

const checkMs = 2_000;

/** `/readyz`: 200 where PostgreSQL answers and takes writes, migrations are applied and every check is well, else 503, each in the body. */
export async function answerReadyz(
  { systemPool: pool, feed, readiness }: HealthOptions,
  closing: boolean,
  response: ServerResponse,
): Promise<void> {
  const checks: readonly ReadinessCheck[] = [
    { name: 'postgresql', check: () => isWritable(pool) },
    { name: 'migrations', check: () => areMigrationsApplied(pool) },
    ...readiness,
  ];
  const results = await Promise.all(checks.map(async each => [each.name, await runCheck(each)] as const));
  const ready = !closing && results.every(([, well]) => well);
  // The feed is told of and never counts: without Redis we are slower, not broken.
  const body = { ready, closing, checks: Object.fromEntries(results), feed: feed.health() };
  writeJson(response, ready ? 200 : 503, body);
}

/** False on a standby, and where the server was made read-only. */
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
