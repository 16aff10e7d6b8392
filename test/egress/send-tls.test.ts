import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRawServer } from '../fixtures/raw-server.ts';
import { startReceiver, testCa } from '../fixtures/receiver.ts';
import { expectFailure, expectResponse, openSend, type SendFixture } from './send-fixture.ts';

let fixture: SendFixture;
const serverKey = readFileSync(new URL('../fixtures/certs/server.key', import.meta.url));
const serverCertificate = readFileSync(new URL('../fixtures/certs/valid.pem', import.meta.url));
const usual = getCACertificates('default');

beforeAll(() => {
  setDefaultCACertificates([...usual, testCa]);
  fixture = openSend();
});

afterAll(async () => {
  setDefaultCACertificates(usual);
  await fixture[Symbol.asyncDispose]();
});

test('send records the duration of the TLS handshake, and keeps the connection open for the next request', async () => {
  await using receiver = await startReceiver(undefined, { tls: 'valid' });
  const outcome = expectResponse(await fixture.post(receiver.url));
  expect(outcome.status).toBe(200);
  expect(outcome.timings.tlsMs).toBeGreaterThanOrEqual(0);
  expect((await receiver.next()).headers.host).toBe(`localhost:${receiver.port}`);
});

test('send verifies the certificate for a URL with an IP address', async () => {
  await using receiver = await startReceiver(undefined, { tls: 'valid' });
  expect(expectResponse(await fixture.post(`https://127.0.0.1:${receiver.port}/`)).status).toBe(200);
});

test.each([
  ['expired', 'The certificate has expired'],
  ['self-signed', 'The certificate is self-signed'],
  ['wrong-host', 'The certificate is for another host'],
] as const)('send rejects a certificate that is %s, and reports the reason', async (tls, words) => {
  await using receiver = await startReceiver(undefined, { tls });
  const failure = expectFailure(await fixture.post(receiver.url));
  expect(failure).toMatchObject({ code: 'TLS', requestSent: false });
  expect(failure.message).toContain(words);
  expect(expectFailure(await fixture.post(receiver.url)).message).toBe(failure.message);
  expect(receiver.requests).toHaveLength(0);
});

test('send never falls back from TLS to plain HTTP', async () => {
  await using receiver = await startReceiver();
  const failure = expectFailure(await fixture.post(`https://127.0.0.1:${receiver.port}/`));
  expect(failure).toMatchObject({ code: 'TLS', requestSent: false });
  expect(receiver.requests).toHaveLength(0);
});

test('send stops a hanging TLS handshake at the deadline', async () => {
  await using server = await startRawServer();
  const failure = expectFailure(await fixture.post(`https://127.0.0.1:${server.port}/`, { timeoutMs: 500 }));
  expect(failure).toMatchObject({ code: 'TLS', requestSent: false });
  expect(failure.message).toBe('TLS handshake not finished within 500 ms');
  await expect.poll(() => server.openConnections).toBe(0);
});

test('send reports a connection that the receiver closes during the TLS handshake', async () => {
  await using server = await startRawServer(socket => socket.end());
  const failure = expectFailure(await fixture.post(`https://127.0.0.1:${server.port}/`));
  expect(failure).toMatchObject({ code: 'TLS', requestSent: false });
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'send reports a receiver that requires a client certificate over %s',
  async version => {
    const options = { key: serverKey, cert: serverCertificate, ca: testCa, requestCert: true };
    const server = createServer({ ...options, minVersion: version, maxVersion: version }, (_request, response) => {
      response.end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      for (let i = 0; i < 5; i += 1) {
        const failure = expectFailure(await fixture.post(`https://localhost:${port}/`));
        expect(failure.code).toBe('TLS');
        expect(failure.message).toMatch(/certificate|handshake/);
      }
    } finally {
      server.close();
    }
  },
);
