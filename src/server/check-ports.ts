import { createServer } from 'node:net';

/**
 * Checks that the ports are free, by listening on them for a moment.
 *
 * @throws the error of `listen`, such as EADDRINUSE, if a port is not available.
 */
export async function checkPorts(options: {
  readonly host: string;
  readonly port: number;
  readonly metricsPort: number | null;
}): Promise<void> {
  for (const port of new Set([options.port, options.metricsPort ?? 0])) {
    if (port === 0) continue;
    const server = createServer();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject).listen({ host: options.host, port }, resolve);
    await promise;
    await server[Symbol.asyncDispose]();
  }
}
