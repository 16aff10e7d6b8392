import { once } from 'node:events';
import { openEmbeddedPostgres } from '../../src/database/embedded.ts';
import { createLogger } from '../../src/log.ts';

/**
 * A process that owns the embedded PostgreSQL of the given directory until it gets SIGTERM. It sends a message when
 * PostgreSQL is ready.
 */
const [dataDir] = process.argv.slice(2);
if (!dataDir) throw new Error('usage: embedded-owner.ts <data directory>');
await using server = await openEmbeddedPostgres({
  dataDir,
  log: createLogger('silent'),
  settings: { shared_buffers: '16MB' },
});
const term = once(process, 'SIGTERM');
process.send?.({ pid: server.pid, connectionString: server.connectionString });
// The timer keeps the process running after the parent process has closed the channel.
const alive = setInterval(() => undefined, 60_000);
await term;
clearInterval(alive);
process.disconnect?.();
