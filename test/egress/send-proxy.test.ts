import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startRawServer } from '../fixtures/raw-server.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { expectFailure, expectResponse, openSend } from './send-fixture.ts';

/**
 * Starts a proxy that connects every CONNECT request to this port of loopback, whatever host name the request contains.
 */
function startProxy(port: number, asked: string[] = []) {
  return startRawServer(socket => {
    socket.once('data', request => {
      asked.push(request.toString().split('\r\n', 1)[0] ?? '');
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      upstream.on('error', () => socket.destroy());
      socket.once('close', () => upstream.destroy());
    });
  });
}

test('send asks EGRESS_PROXY to CONNECT to the host name, which it does not resolve locally', async () => {
  await using receiver = await startReceiver();
  const asked: string[] = [];
  await using proxy = await startProxy(receiver.port, asked);
  await using sender = openSend({ allow: [], proxyUrl: `http://127.0.0.1:${proxy.port}` });
  expect(expectResponse(await sender.post('http://anything.test/hook')).status).toBe(200);
  expect(asked).toEqual(['CONNECT anything.test:80 HTTP/1.1']);
  expect((await receiver.next()).headers.host).toBe('anything.test');
});

test('send checks a literal IP address before it connects to EGRESS_PROXY', async () => {
  await using proxy = await startProxy(1);
  await using sender = openSend({ allow: [], proxyUrl: `http://127.0.0.1:${proxy.port}` });
  for (const host of ['10.0.0.1', '[::1]', '2130706433']) {
    const failure = expectFailure(await sender.post(`http://${host}/`));
    expect(failure).toMatchObject({ code: 'BLOCKED_ADDRESS', isPermanent: true, requestSent: false });
  }
  expect(proxy.connections).toBe(0);
});

test('the attempt fails if EGRESS_PROXY refuses the request, is down or does not respond', async () => {
  await using refusing = await startRawServer(socket => {
    socket.once('data', () => socket.write('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n'));
  });
  await using first = openSend({ proxyUrl: `http://127.0.0.1:${refusing.port}` });
  expect(expectFailure(await first.post('http://anything.test/'))).toMatchObject({
    code: 'CONNECTION_REFUSED',
    requestSent: false,
  });

  const gone = await startRawServer();
  await gone[Symbol.asyncDispose]();
  await using second = openSend({ proxyUrl: `http://127.0.0.1:${gone.port}` });
  expect(expectFailure(await second.post('http://anything.test/')).requestSent).toBe(false);

  await using silent = await startRawServer();
  await using third = openSend({ proxyUrl: `http://127.0.0.1:${silent.port}` });
  const failure = expectFailure(await third.post('http://anything.test/', { timeoutMs: 500 }));
  expect(failure).toMatchObject({ code: 'TIMEOUT', requestSent: false });
});
