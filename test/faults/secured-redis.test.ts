import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { connect } from '../fixtures/client.ts';
import { startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { startRedis } from '../fixtures/redis.ts';
import { findStablePort } from '../fixtures/stable-port.ts';
import { answerAfter } from './answers.ts';
import { askLiveCursor, createEndpoint, publish } from './system.ts';

const certificate = (name: string) => fileURLToPath(new URL(`../fixtures/certs/${name}`, import.meta.url));
const subscription = 'subscription ($after: String) { deliveryUpdated(after: $after) { status } }';
/** The ACL user that docs/live-feed.md recommends. */
const aclUser = ['livehook', 'on', '>s3cret', '~livehook:*', '&livehook:*', '+@all', '-@admin', '-@dangerous', '+info'];

interface Secured {
  readonly what: string;
  readonly args: (port: number) => readonly string[];
  readonly url: (port: number) => string;
  readonly environment?: Readonly<Record<string, string>>;
}

const secured: readonly Secured[] = [
  {
    what: 'a password',
    args: () => ['--requirepass', 'p@ss/word'],
    url: port => `redis://:p%40ss%2Fword@127.0.0.1:${port}`,
  },
  {
    what: 'an ACL user with no more than it needs',
    args: () => ['--user', ...aclUser, '--user', 'default', 'off'],
    url: port => `redis://livehook:s3cret@127.0.0.1:${port}`,
  },
  {
    what: 'TLS under an authority of its own',
    args: port => [
      ...['--port', '0', '--tls-port', `${port}`, '--tls-auth-clients', 'no'],
      ...['--tls-cert-file', certificate('valid.pem'), '--tls-key-file', certificate('server.key')],
      ...['--tls-ca-cert-file', certificate('ca.pem')],
    ],
    url: port => `rediss://localhost:${port}`,
    environment: { NODE_EXTRA_CA_CERTS: certificate('ca.pem') },
  },
];

describe('a Redis that is secured by', () => {
  it.each(secured)('$what transports the feed from a sender to an api process', async ({ args, url, environment }) => {
    await using cleanup = new AsyncDisposableStack();
    const port = await findStablePort();
    cleanup.use(await startRedis({ args: ['--port', `${port}`, ...args(port)] }));
    const { connectionString } = cleanup.use(await createTestDatabase());
    const receiver = cleanup.use(await startReceiver(answerAfter(0)));
    const shared = { DATABASE_URL: connectionString, REDIS_URL: url(port), ...environment };
    const processes = await Promise.all(
      ['api', 'sender'].map(roles => startLivehook({ ...shared, ROLES: roles, API_RATE_LIMIT: '1000' })),
    );
    for (const each of processes) cleanup.use(each);
    const api = processes[0]?.url ?? '';
    await createEndpoint(api, { url: receiver.url });
    const after = await vi.waitFor(() => askLiveCursor(api));
    await using socket = connect(api, { authorization: `Bearer ${testRootKey}` });
    await socket.ready;
    const updates = socket.subscribe(subscription, { after });
    await publish(api, 1);
    for (const status of ['PENDING', 'PROCESSING', 'SUCCEEDED']) {
      expect((await updates.next()).data.deliveryUpdated.status).toBe(status);
    }
    // Each process would log a warning if Redis rejected one of its commands.
    const wrong = processes.flatMap(({ output }) => output.filter(line => JSON.parse(line).level >= 40));
    expect(wrong).toEqual([]);
  });
});
