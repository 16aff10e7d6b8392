import { createServer } from 'node:net';

/** Finds a TCP port of 127.0.0.1 that is currently free. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  await server[Symbol.asyncDispose]();
  if (address === null || typeof address === 'string') throw new Error('The system gave no TCP port.');
  return address.port;
}
