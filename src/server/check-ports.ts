import { createServer } from 'node:net';
import { StartError } from '../start-error.ts';

/**
 * Checks that the ports are free, by listening on them for a moment. Port 0, which means any free one, checks the host.
 *
 * @throws StartError if both ports are the same, or the error of `listen` if a port or the host is not available.
 */
export async function checkPorts(options: {
  readonly host: string;
  readonly port: number;
  readonly metricsPort: number | null;
}): Promise<void> {
  const { host, port: mainPort, metricsPort } = options;
  if (mainPort === metricsPort && mainPort !== 0) {
    throw new StartError(
      `METRICS_PORT is ${metricsPort}, as is PORT. Set it to another port, or leave it out: metrics are then on PORT.`,
    );
  }
  for (const port of [mainPort, metricsPort ?? mainPort]) {
    const server = createServer();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject).listen({ host, port }, resolve);
    // Mark the error as one of `listen`, because an unresolved host name could also be that of the database.
    await promise.catch(error => Promise.reject(Object.assign(error, { syscall: 'listen', address: host, port })));
    await server[Symbol.asyncDispose]();
  }
}
