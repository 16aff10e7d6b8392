import { execFileSync } from 'node:child_process';
import { appendFileSync, chownSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPool } from '../../src/database/pool.ts';
import { silentLog } from '../fixtures/postgres.ts';
import { startPostgresServer } from '../fixtures/postgres-server.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { answerAfter } from './answers.ts';
import { checkInvariants } from './invariants.ts';
import { type Load, startLoad } from './load.ts';
import { createEndpoint, type System, startSystem } from './system.ts';

const diskBytes = 64 * 1024 * 1024;
const maxLostClaims = 500;

/** Whether this process may mount a small disk, which needs root rights. */
const canMount = (() => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/**
 * The tables are on a disk of 64 MiB. The write-ahead log is on another disk, because PostgreSQL stops if the log has
 * no space.
 */
describe.skipIf(!canMount)('PostgreSQL without disk space', () => {
  const cleanup = new AsyncDisposableStack();
  let disk: string;
  let system: System;
  let receiver: Receiver;
  let load: Load;

  beforeAll(async () => {
    // The disk is not in the directory of the run, which the user of PostgreSQL may not enter.
    disk = cleanup.adopt(mkdtempSync(path.join(tmpdir(), 'livehook-disk-')), directory => rmdirSync(directory));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', disk]);
    cleanup.defer(() => void execFileSync('umount', ['--lazy', disk]));
    const postgres = cleanup.use(await startPostgresServer());
    const [backend] = await postgres.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'",
    );
    const tables = path.join(disk, 'tables');
    mkdirSync(tables, { mode: 0o700 });
    const { uid, gid } = statSync(`/proc/${backend?.pid}`);
    for (const owned of [disk, tables]) chownSync(owned, uid, gid);
    await postgres.query(`CREATE TABLESPACE small LOCATION '${tables}'`);
    await postgres.query('CREATE DATABASE small TEMPLATE template0 TABLESPACE small');
    const url = new URL(postgres.connectionString);
    url.pathname = 'small';
    const pool = openPool({
      connectionString: url.href,
      max: 3,
      statementTimeoutMs: 30_000,
      applicationName: 'livehook-test',
      log: silentLog,
    });
    cleanup.defer(() => pool.end());
    system = cleanup.use(await startSystem({ database: { connectionString: url.href, pool } }));
    receiver = cleanup.use(await startReceiver(answerAfter(5)));
    const api = await system.start('api,janitor');
    await system.start('sender');
    await createEndpoint(api.url, { url: receiver.url });
    load = cleanup.use(startLoad(() => [api.url]));
    await accept(100);
  });
  afterAll(() => cleanup.disposeAsync());

  it('a full disk makes publishes fail with UNAVAILABLE, and they succeed again once there is space', async () => {
    const filler = path.join(disk, 'filler');
    const before = load.refusals;
    // Autovacuum frees space again, so the test fills the disk until publishing fails.
    await vi.waitFor(
      () => {
        fill(filler);
        expect(load.refusals).toBeGreaterThan(before + 5);
      },
      { timeout: 60_000, interval: 100 },
    );
    rmSync(filler);
    await accept(200);
  });

  it('no delivery is lost and no attempt fails because the disk is full', async () => {
    const accepted = await load.stop();
    expect(load.problems).toEqual([]);
    const outcome = await checkInvariants(system, { receivers: [receiver], accepted, maxInterrupted: maxLostClaims });
    expect(Object.keys(outcome.errors).filter(code => code !== 'INTERRUPTED')).toEqual([]);
  });

  async function accept(count: number): Promise<void> {
    const enough = load.accepted.length + count;
    await vi.waitFor(() => expect(load.accepted.length).toBeGreaterThan(enough), { timeout: 60_000 });
  }
});

/** Fills the rest of the disk. */
function fill(file: string): void {
  for (const bytes of [1024 * 1024, 4096]) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}
