import { expect, test } from 'vitest';
import { createAddressPolicy } from '../../src/egress/address-guard.ts';
import { checkEndpointUrl } from '../../src/egress/url.ts';
import targets from '../egress/ssrf-targets.json' with { type: 'json' };
import { startDnsServer } from '../fixtures/dns-server.ts';
import { startRawServer } from '../fixtures/raw-server.ts';
import { expectFailure, openSend } from './send-fixture.ts';

const policy = createAddressPolicy();

test.each(targets.refuse)(
  'the SSRF target $url is rejected when an endpoint is created, or blocked when a request is sent (row $row)',
  async ({ url }) => {
    await using dns = await startDnsServer({
      'localtest.me': ['127.0.0.1', '::1'],
      'customer1.app.localhost.my.company.127.0.0.1.nip.io': ['127.0.0.1'],
      'make-1.2.3.4-rebind-169.254-169.254-rr.1u.ms': ['169.254.169.254'],
      'metadata.google.internal': ['169.254.169.254'],
    });
    await using sender = openSend({ allow: [], dnsServers: [dns.address] });
    const isRefused = !checkEndpointUrl(url, policy).ok;
    const failure = expectFailure(await sender.post(url, { timeoutMs: 2000 }));
    expect(failure.requestSent).toBe(false);
    if (!isRefused) expect(failure.code).toBe('BLOCKED_ADDRESS');
  },
);

test.each(targets.accept)('the public URL $url is accepted', ({ url }) => {
  expect(checkEndpointUrl(url, policy)).toEqual({ ok: true, isTemplated: false });
});

test('a server on loopback gets no connection, whatever host name resolves to it', async () => {
  await using canary = await startRawServer(undefined, '::');
  await using sender = openSend({ allow: [] });
  const hosts = [
    '127.0.0.1',
    '127.1',
    '0',
    '0x7f.1',
    '017700000001',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    'localhost',
  ];
  for (const host of hosts) {
    const failure = expectFailure(await sender.post(`http://${host}:${canary.port}/`));
    expect(failure.code).toBe('BLOCKED_ADDRESS');
    expect(failure.isPermanent).toBe(host !== 'localhost');
  }
  expect(canary.connections).toBe(0);
});
