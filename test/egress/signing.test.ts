import { createPublicKey, verify } from 'node:crypto';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, test } from 'vitest';
import { checkSecret, createSigner, generateKeyPair, generateSecret } from '../../src/egress/signing.ts';
import vectors from './signature-vectors.json' with { type: 'json' };

describe('the published test vectors', () => {
  test.each(vectors)(
    'equal the signatures of Livehook for $scheme from $source',
    ({ scheme, secret, id = '', timestamp, body, signature }) => {
      const isEd25519 = scheme === 'standard-webhooks-v1a';
      const signer = isEd25519 ? createSigner([], secret) : createSigner([secret]);
      for (const form of [body, Buffer.from(body)]) {
        const signatures = signer.sign(id, timestamp, form);
        expect(scheme === 'stripe-v1' ? signatures.stripeStyle : signatures.standard).toBe(signature);
      }
    },
  );
});

describe('the libraries of other projects that verify signatures', () => {
  const body = '{"amount":12.50,"name":"caf\u00e9 \u{1f4b6}","id":12345678901234567890}';
  const timestamp = Math.floor(Date.now() / 1000);
  const id = 'evt_01h455vb4pex5vsknk084sn02q';
  const secrets = [generateSecret(), generateSecret()];
  const { standard, stripeStyle } = createSigner(secrets).sign(id, timestamp, body);
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': standard };

  test.each(secrets)('standardwebhooks and svix accept each live secret', secret => {
    expect(new StandardWebhook(secret).verify(body, headers)).toBeTypeOf('object');
    expect(new SvixWebhook(secret).verify(body, headers)).toBeTypeOf('object');
  });

  test.each(secrets)('stripe accepts each live secret', secret => {
    const stripe = new Stripe('sk_test_unused');
    expect(stripe.webhooks.constructEvent(body, stripeStyle, secret)).toMatchObject({ amount: 12.5 });
    expect(() => stripe.webhooks.constructEvent(`${body} `, stripeStyle, secret)).toThrow();
  });

  test('reject a wrong secret and a changed body', () => {
    expect(() => new StandardWebhook(generateSecret()).verify(body, headers)).toThrow();
    expect(() => new StandardWebhook(secrets[0] as string).verify(`${body} `, headers)).toThrow();
  });
});

test('a request has signatures of both live secrets, the newest first, and a valid Ed25519 signature', () => {
  const pair = generateKeyPair();
  const secrets = [generateSecret(), generateSecret()];
  const { standard, stripeStyle } = createSigner(secrets, pair.privateKey).sign('evt_1', 1614265330, '{}');
  expect(standard).toMatch(/^v1,\S{44} v1,\S{44} v1a,\S{88}$/);
  expect(stripeStyle).toMatch(/^t=1614265330,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
  expect(standard.startsWith(createSigner(secrets.slice(0, 1)).sign('evt_1', 1614265330, '{}').standard)).toBe(true);

  const x = Buffer.from(pair.publicKey.replace('whpk_', ''), 'base64').toString('base64url');
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
  const signature = Buffer.from(standard.split('v1a,')[1] ?? '', 'base64');
  expect(verify(null, Buffer.from('evt_1.1614265330.{}'), publicKey, signature)).toBe(true);
});

test('a generated secret has 32 random bytes, and an imported one 24 to 64', () => {
  expect(generateSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const ofBytes = (count: number) => `whsec_${Buffer.alloc(count, 7).toString('base64')}`;
  for (const secret of [generateSecret(), ofBytes(24), ofBytes(64)]) expect(checkSecret(secret)).toEqual({ ok: true });
  const wrong = [ofBytes(23), ofBytes(65), '', 'whsec_', `${ofBytes(32)}\n`, ofBytes(32).slice(0, -1)];
  for (const secret of wrong) expect(checkSecret(secret).ok).toBe(false);
});

describe('an imported secret without the form whsec_<base64>', () => {
  const base64 = Buffer.alloc(32, 0xa7).toString('base64');
  const decoded = (secret: string) => new StandardWebhook(secret);
  const raw = (secret: string) => new StandardWebhook(secret, { format: 'raw' });
  const forms: [
    name: string,
    secret: string,
    signatures: number,
    verifiers: ((secret: string) => StandardWebhook)[],
  ][] = [
    ['a Stripe-style key', 'sk_live_51HqLyjWDarjtT1zdp7dc', 1, [raw]],
    ['plain text with spaces', 'correct horse battery staple', 1, [raw]],
    ['base64 without a prefix', base64, 2, [decoded, raw]],
    ['base64 without padding', base64.replace('=', ''), 2, [decoded, raw]],
    ['hexadecimal', 'a7'.repeat(32), 2, [decoded, raw]],
    ['one word', 'password', 2, [decoded, raw]],
  ];

  test.each(forms)('signs so that libraries for its form accept it: %s', (_, secret, signatures, verifiers) => {
    expect(checkSecret(secret)).toEqual({ ok: true });
    const [id, timestamp, body] = ['evt_1', Math.floor(Date.now() / 1000), '{"caf\u00e9":1}'] as const;
    const { standard, stripeStyle } = createSigner([secret, generateSecret()]).sign(id, timestamp, body);
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': standard };
    for (const open of verifiers) expect(open(secret).verify(body, headers)).toEqual({ café: 1 });
    expect(standard.split(' ')).toHaveLength(signatures + 1);
    if (verifiers.includes(decoded)) expect(new SvixWebhook(secret).verify(body, headers)).toEqual({ café: 1 });
    expect(new SvixWebhook(secret, { format: 'raw' }).verify(body, headers)).toEqual({ café: 1 });
    const stripe = new Stripe('sk_test_unused');
    expect(stripe.webhooks.constructEvent(body, stripeStyle, secret)).toEqual({ café: 1 });
  });

  test('is used for signing as its UTF-8 bytes, which verifying libraries accept as a raw secret', () => {
    const secret = 'pässwörter';
    expect(checkSecret(secret)).toEqual({ ok: true });
    const timestamp = Math.floor(Date.now() / 1000);
    const { standard } = createSigner([secret]).sign('evt_1', timestamp, '{}');
    const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': String(timestamp), 'webhook-signature': standard };
    expect(new StandardWebhook(new TextEncoder().encode(secret), { format: 'raw' }).verify('{}', headers)).toEqual({});
  });

  test.each([
    'short',
    'a'.repeat(257),
    ' spaces around ',
    'line\nbreaks',
    'lone \ud800 half',
    'whsk_private-half',
    'whpk_public-half',
  ])('is rejected if it is %j', secret => {
    expect(checkSecret(secret)).toMatchObject({ ok: false });
  });
});
