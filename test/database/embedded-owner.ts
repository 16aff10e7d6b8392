import { once } from 'node:events';
import { openEmbeddedPostgres } from '../../src/database/embedded.ts';
import { createLogger } from '../../src/log.ts';

/** A process that owns the embedded PostgreSQL of the directory it is given, until SIGTERM. Says when it is ready. */
const [dataDir] = process.argv.slice(2);
if (!dataDir) throw new Error('usage: embedded-owner.ts <data directory>');
await using server = await openEmbeddedPostgres({
  dataDir,
  log: createLogger('silent'),
  settings: { shared_buffers: '16MB' },
});
const term = once(process, 'SIGTERM');
process.send?.({ pid: server.pid, connectionString: server.connectionString });
// The channel holds the process only until then.
const alive = setInterval(() => undefined, 60_000);
await term;
clearInterval(alive);
process.disconnect?.();
