import { expect, test } from 'vitest';
import { startDnsServer, type Zone } from '../fixtures/dns-server.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { expectFailure, expectResponse, openSend, type SendFixtureOptions } from './send-fixture.ts';

/**
 * Starts a DNS server with these answers, a receiver at 127.0.0.1, and a `send` that uses them. Only 127.0.0.1 is
 * allowed.
 */
async function open(zone: Zone, options: SendFixtureOptions = {}) {
  const stack = new AsyncDisposableStack();
  const dns = stack.use(await startDnsServer(zone));
  const receiver = stack.use(await startReceiver());
  const sender = stack.use(openSend({ allow: ['127.0.0.1'], dnsServers: [dns.address], ...options }));
  const post = (host: string, timeoutMs = 5000) => sender.post(`http://${host}:${receiver.port}/`, { timeoutMs });
  return { dns, receiver, post, sender, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test('send resolves a host name, and connects to the checked address with the name as Host header', async () => {
  await using world = await open({ 'receiver.test': ['127.0.0.1'] });
  const outcome = expectResponse(await world.post('Receiver.test'));
  expect(outcome.timings.dnsMs).toBeGreaterThanOrEqual(0);
  expect((await world.receiver.next()).headers.host).toBe(`receiver.test:${world.receiver.port}`);
  expect([...world.dns.questions].sort()).toEqual(['receiver.test A', 'receiver.test AAAA']);
});

test('send rejects the next connection to a host name whose address has changed from an allowed to a private one', async () => {
  await using world = await open({ 'rebind.test': ['127.0.0.1'] });
  expect(expectResponse(await world.post('rebind.test')).status).toBe(200);
  world.dns.zone['rebind.test'] = ['127.0.0.2'];
  await using fresh = openSend({ allow: ['127.0.0.1'], dnsServers: [world.dns.address] });
  const failure = expectFailure(await fresh.post(`http://rebind.test:${world.receiver.port}/`));
  expect(failure).toMatchObject({ code: 'BLOCKED_ADDRESS', requestSent: false, isPermanent: false });
  expect(world.receiver.requests).toHaveLength(1);
});

test.each([
  ['two addresses of one family', ['127.0.0.1', '169.254.169.254']],
  ['one of each family', ['127.0.0.1', '::1']],
  ['a mapped address', ['::ffff:a00:1', '127.0.0.1']],
])('send rejects a host name with an allowed and a blocked address: %s', async (_what, addresses) => {
  await using world = await open({ 'both.test': addresses });
  const failure = expectFailure(await world.post('both.test'));
  expect(failure).toMatchObject({ code: 'BLOCKED_ADDRESS', requestSent: false });
  expect(world.receiver.connections).toBe(0);
});

test('send checks the addresses of localhost and similar names like any other', async () => {
  await using world = await open({});
  for (const host of ['localhost', 'app.localhost', 'localhost.']) {
    expect(expectFailure(await world.post(host)).code).toBe('BLOCKED_ADDRESS');
  }
  await using allowed = openSend();
  const outcome = await allowed.post(`http://localhost:${world.receiver.port}/`);
  expect(expectResponse(outcome).status).toBe(200);
  expect(world.dns.questions).toHaveLength(0);
});

test('send tries the next address of a host name if the first one refuses the connection', async () => {
  await using world = await open({ 'two.test': ['127.0.0.2', '127.0.0.1'] }, { allow: ['127.0.0.0/8'] });
  expect(expectResponse(await world.post('two.test')).status).toBe(200);
});

test('send reports a host name that does not exist or has no address as a DNS error', async () => {
  await using world = await open({ 'empty.test': [] });
  expect(expectFailure(await world.post('nowhere.test'))).toMatchObject({
    code: 'DNS',
    message: 'DNS lookup failed for nowhere.test (ENOTFOUND)',
    requestSent: false,
  });
  expect(expectFailure(await world.post('empty.test')).message).toBe(
    'DNS lookup failed for empty.test: no address (ENODATA)',
  );
});

test('a DNS server that never answers for 50 names delays no other request', async () => {
  const dead = Array.from({ length: 50 }, (_, i) => `dead-${i}.test`);
  const zone: Zone = { 'live.test': ['127.0.0.1'], ...Object.fromEntries(dead.map(name => [name, 'never'] as const)) };
  await using world = await open(zone, { dnsBudgetMs: 2_000 });
  const failing = dead.map(name => world.post(name));
  await expect.poll(() => new Set(world.dns.questions.map(question => question.split(' ')[0])).size).toBe(50);
  const live = expectResponse(await world.post('live.test'));
  expect(live.durationMs, 'it waited for no budget').toBeLessThan(2_000);
  for (const outcome of await Promise.all(failing)) {
    const failure = expectFailure(outcome);
    expect(failure.code).toBe('DNS');
    expect(failure.message).toContain(': timed out (');
    expect(failure.durationMs).toBeLessThan(10_000);
  }
});

test('the deadline of an attempt ends its DNS lookup', async () => {
  await using world = await open({ 'dead.test': 'never' });
  const failure = expectFailure(await world.post('dead.test', 150));
  expect(failure).toMatchObject({ code: 'DNS', message: 'DNS lookup not finished within 150 ms' });
});

test('concurrent attempts to one host name share one DNS lookup', async () => {
  await using world = await open({ 'shared.test': ['127.0.0.1'] });
  await Promise.all(Array.from({ length: 20 }, () => world.post('shared.test')));
  expect(world.dns.questions).toHaveLength(2);
});

test('an attempt to an address that drops packets or has no route fails at its deadline', async () => {
  await using sender = openSend({ allow: ['192.0.2.1'] });
  const failure = expectFailure(await sender.post('http://192.0.2.1/', { timeoutMs: 200 }));
  expect(['CONNECT_TIMEOUT', 'CONNECTION_REFUSED']).toContain(failure.code);
  expect(failure).toMatchObject({ requestSent: false, isPermanent: false });
});
