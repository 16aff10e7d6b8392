import { once } from 'node:events';
import { expect, test } from 'vitest';
import { type AttackedServer, expectMemoryReturned, startAttackedServer } from '../fixtures/attack.ts';
import { encodeFrame, openRawConnection, upgradeHead } from '../fixtures/raw-connection.ts';

const portOf = (server: AttackedServer) => Number(new URL(server.url).port);
const init = Buffer.from(`{"type":"connection_init","payload":{"authorization":"${'x'.repeat(8_388_000)}"}}`);

test('60 sockets that send a connection_init of 8 MiB use no memory or CPU time that other tenants notice', async () => {
  await using server = await startAttackedServer();
  const frame = encodeFrame(init);
  const observed = await server.during(async () => {
    const attackers = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const connection = await openRawConnection(portOf(server), upgradeHead());
        await once(connection.socket, 'data');
        connection.socket.write(frame);
        return connection;
      }),
    );
    for (const attacker of attackers) await attacker.ended;
    for (const attacker of attackers) attacker[Symbol.dispose]();
  });
  expect(observed.isAlive).toBe(true);
  expectMemoryReturned(observed);
  expect(observed.longestStallMs).toBeLessThan(1_000);
  expect(observed.peakRssBytes - observed.rssBeforeBytes).toBeLessThan(150 * 2 ** 20);
  expect(observed.bystander.failedPublishes).toBe(0);
  expect(observed.bystander.slowestPublishMs).toBeLessThan(3_000);
  expect(observed.bystander.slowestDeliveryMs).toBeLessThan(5_000);
});

test('a process with 500 file descriptors serves its tenants while other clients open as many connections as they can', async () => {
  await using server = await startAttackedServer({}, { maxOpenFiles: 500 });
  const port = portOf(server);
  const heads = [upgradeHead('/unknown'), upgradeHead('/graphql'), 'POST /graphql HTTP/1.1\r\nhost: x\r\n', ''];
  const observed = await server.during(async () => {
    using stack = new DisposableStack();
    for (let i = 0; i < 1_200; i += 1) {
      stack.use(await openRawConnection(port, heads[i % heads.length]));
      if (i % 100 === 99) expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    }
  });
  expect(observed.isAlive).toBe(true);
  expectMemoryReturned(observed);
  expect(observed.bystander.failedPublishes).toBe(0);
  expect(observed.bystander.slowestPublishMs).toBeLessThan(3_000);
  expect(observed.bystander.slowestDeliveryMs).toBeLessThan(5_000);
});
