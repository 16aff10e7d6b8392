import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAddressPolicy } from '../../src/egress/address-guard.ts';
import { createHostsFile } from '../../src/egress/hosts-file.ts';
import { createResolver } from '../../src/egress/resolver.ts';
import { startDnsServer, type Zone } from '../fixtures/dns-server.ts';

async function open(zone: Zone, { ttlSeconds = 0, hosts = '', budgetMs = 5000 } = {}) {
  const stack = new AsyncDisposableStack();
  const dns = stack.use(await startDnsServer(zone, { ttlSeconds }));
  const folder = mkdtempSync(join(tmpdir(), 'livehook-hosts-'));
  stack.defer(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'hosts');
  writeFileSync(path, hosts);
  const resolver = createResolver({
    policy: createAddressPolicy(),
    hostsFile: createHostsFile(path),
    servers: [dns.address],
    budgetMs,
  });
  return { dns, resolver, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test('the resolver returns the addresses of both families, IPv4 first', async () => {
  await using world = await open({ 'a.test': ['2606:4700::1', '1.1.1.1', '1.0.0.1'] });
  expect(await world.resolver.resolve('A.test.')).toEqual({
    ok: true,
    addresses: ['1.1.1.1', '1.0.0.1', '2606:4700::1'],
  });
});

test('the resolver caches a DNS answer for its TTL, and does not cache one with TTL 0', async () => {
  await using kept = await open({ 'a.test': ['1.1.1.1'] }, { ttlSeconds: 60 });
  await kept.resolver.resolve('a.test');
  await kept.resolver.resolve('a.test');
  expect(kept.dns.questions).toHaveLength(2);

  await using fresh = await open({ 'a.test': ['1.1.1.1'] });
  await fresh.resolver.resolve('a.test');
  await fresh.resolver.resolve('a.test');
  expect(fresh.dns.questions).toHaveLength(4);
});

test('the resolver caches failures and blocked addresses briefly', async () => {
  await using world = await open({ 'bad.test': ['10.0.0.1'] });
  for (const name of ['bad.test', 'none.test']) {
    const first = await world.resolver.resolve(name);
    expect(first.ok).toBe(false);
    expect(await world.resolver.resolve(name)).toBe(first);
  }
  expect(world.dns.questions).toHaveLength(4);
});

test('the resolver reads names of the hosts file without a DNS query, and checks their addresses too', async () => {
  const hosts =
    '# local names\n1.1.1.1 Good.test alias.test # one\n2606:4700::1\tgood.test\n192.168.0.9 bad.test\nnonsense x\n';
  await using world = await open({}, { hosts });
  expect(await world.resolver.resolve('good.test')).toEqual({ ok: true, addresses: ['1.1.1.1', '2606:4700::1'] });
  expect(await world.resolver.resolve('alias.test')).toEqual({ ok: true, addresses: ['1.1.1.1'] });
  expect(await world.resolver.resolve('bad.test')).toMatchObject({ ok: false, error: { code: 'BLOCKED_ADDRESS' } });
  expect(await world.resolver.resolve('localhost')).toMatchObject({ ok: false, error: { code: 'BLOCKED_ADDRESS' } });
  expect(world.dns.questions).toHaveLength(0);
});

test('the resolver returns the addresses of one family after a short wait if the DNS server never answers for the other', async () => {
  await using world = await open({ 'half.test': { A: ['1.1.1.1'], AAAA: 'never' } }, { budgetMs: 60_000 });
  const startedAt = performance.now();
  expect(await world.resolver.resolve('half.test')).toEqual({ ok: true, addresses: ['1.1.1.1'] });
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});

test('the resolver stops at its time limit', async () => {
  await using world = await open({ 'dead.test': 'never' }, { budgetMs: 200 });
  const startedAt = performance.now();
  expect(await world.resolver.resolve('dead.test')).toMatchObject({ ok: false, error: { code: 'DNS' } });
  expect(performance.now() - startedAt).toBeLessThan(4000);
});
