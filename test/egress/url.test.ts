import { describe, expect, test } from 'vitest';
import { parseCidrs } from '../../src/cidrs.ts';
import { createAddressPolicy } from '../../src/egress/address-guard.ts';
import { checkEndpointUrl } from '../../src/egress/url.ts';

const policy = createAddressPolicy();

function refusal(url: string): string | null {
  const check = checkEndpointUrl(url, policy);
  return check.ok ? null : check.message;
}

describe('an accepted URL', () => {
  test.each([
    'https://example.com',
    'HTTPS://Example.COM:8443/a/b?c=d&e=%20',
    'http://xn--bcher-kva.example/',
    'https://example.com./hook',
    'http://1.1.1.1:8080/',
    'http://[2606:4700:4700::1111]/',
    'https://example.com/{single}/brace',
    'http://receiver:3000/hook',
  ])('can be literal: %s', url => {
    expect(checkEndpointUrl(url, policy)).toEqual({ ok: true, isTemplated: false });
  });

  test.each([
    'https://example.com/{{ event.type }}',
    'https://example.com/a/{{ event.id }}/b?x={{ payload["a b"] | default: "#" }}',
    'https://example.com/?{% if payload.a == "\\" %}a=1{% endif %}',
  ])('can be a template: %s', url => {
    expect(checkEndpointUrl(url, policy)).toEqual({ ok: true, isTemplated: true });
  });
});

describe('a rejected URL', () => {
  test.each([
    ['', 'must be an absolute URL'],
    ['/hook', 'must be an absolute URL'],
    ['example.com', 'must be an absolute URL'],
    ['ftp://example.com/', 'must be an absolute URL'],
    ['https:example.com', 'must be an absolute URL'],
    [' https://example.com', 'must be an absolute URL'],
    ['https:\\\\example.com', 'must be an absolute URL'],
    ['https://example.com/a b', 'spaces or backslashes'],
    ['https://example.com/a\\b', 'spaces or backslashes'],
    ['https://example.com\\@127.0.0.1/', 'spaces or backslashes'],
    ['https://example.com/\r\nx-a: b', 'control or invisible'],
    ['https://example.com/\t', 'control or invisible'],
    ['https://exam\u00adple.com/', 'control or invisible'],
    ['https://example.com/\u200b', 'control or invisible'],
    ['https://example.com/\ud800', 'control or invisible'],
    ['https://user@example.com/', 'user name or password'],
    ['https://user:pass@example.com/', 'user name or password'],
    ['https://@example.com/', 'user name or password'],
    ['https://example.com/#top', 'fragment'],
    ['https://example.com/{{ a }}#{{ b }}', 'fragment'],
    ['https://exa%6dple.com/', 'percent-encode'],
    ['https://', 'cannot be parsed'],
    ['https://example.com:65536/', 'cannot be parsed'],
    ['https://example.com:0/', 'port 0'],
    ['https://b\u00fccher.example/', 'must write its host in ASCII: xn--bcher-kva.example'],
    ['https://\uff45xample.com/', 'must write its host in ASCII: example.com'],
    ['http://\uff11\uff12\uff17.0.0.1/', '127.0.0.1 is a private address'],
    ['http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460', '127.0.0.1 is a private address'],
    ['http://2130706433/', '127.0.0.1 is a private address'],
    ['http://127.0.0.1./', '127.0.0.1 is a private address'],
    ['http://localhost/', 'a local name'],
    ['http://app.LOCALHOST.:80/', 'a local name'],
    ['http://printer.local/', 'a local name'],
    ['http://metadata.google.internal/', 'a local name'],
    [`https://example.com/${'a'.repeat(2048)}`, 'longer than 2048'],
    ['{{ scheme }}://example.com/', 'must be an absolute URL'],
    ['https://{{ host }}/', 'path and query only'],
    ['https://example.com:{{ port }}/', 'path and query only'],
    ['https://{{ user }}@example.com/', 'path and query only'],
    ['https://example.com{{ x }}/', 'path and query only'],
    ['https://example.com/a/../{{ x }}', '. or .. segments'],
  ])('like %j has the error message: %s', (url, words) => {
    expect(refusal(url)).toContain(words);
  });
});

test('a URL with a private address is accepted if EGRESS_ALLOW contains the address', () => {
  const allowed = parseCidrs(['127.0.0.0/8', '::1/128']);
  if (!allowed.ok) throw new Error(allowed.message);
  const loopback = createAddressPolicy(allowed.cidrs);
  for (const url of ['http://localhost:1/', 'http://127.0.0.1:1/', 'http://[::1]:1/', 'http://app.localhost/']) {
    expect(checkEndpointUrl(url, loopback).ok).toBe(true);
  }
  expect(checkEndpointUrl('http://10.0.0.1/', loopback).ok).toBe(false);
});
