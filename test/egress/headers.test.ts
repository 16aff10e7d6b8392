import { expect, test } from 'vitest';
import { checkCustomHeaders } from '../../src/egress/headers.ts';
import { buildHeaders } from '../../src/egress/request-headers.ts';

function check(...headers: [name: string, value: string][]) {
  return checkCustomHeaders(headers.map(([name, value]) => ({ name, value })));
}

test('an endpoint can have ordinary custom headers, also content-type and authorization', () => {
  expect(
    check(['Authorization', 'Bearer x'], ['Content-Type', 'text/plain'], ['x-a', ''], ['X-B', 'caf\u00e9 \t au lait']),
  ).toEqual({ ok: true });
});

test.each([
  'Host',
  'content-length',
  'Transfer-Encoding',
  'CONNECTION',
  'keep-alive',
  'Upgrade',
  'te',
  'trailer',
  'expect',
  'Proxy-Authorization',
  'webhook-id',
  'Webhook-Anything',
  'x-webhook-signature',
  'user-agent',
])('an endpoint cannot have the custom header %s', name => {
  expect(check(['x-ok', '1'], [name, 'x'])).toMatchObject({ ok: false, path: '1.name' });
});

test.each(['', 'a b', 'a:', 'a\r\nb', 'caf\u00e9', 'a\0', '(x)', 'a'.repeat(257)])(
  'an endpoint cannot have the header name %j',
  name => {
    expect(check([name, 'x'])).toMatchObject({ ok: false, path: '0.name' });
  },
);

test.each(['a\r\nb: c', 'a\nb', 'a\0b', '\x7f', '\u20ac', ' a', 'a\t', 'a'.repeat(4097)])(
  'an endpoint cannot have the header value %j',
  value => {
    expect(check(['x-a', value])).toMatchObject({ ok: false, path: '0.value' });
  },
);

test.each([
  'webhook_id',
  'WEBHOOK.ID',
  'X_Webhook-Signature',
  'x_webhook_event',
  'content_length',
  'Transfer_Encoding',
  'User_Agent',
  'traceparent',
])('an endpoint cannot have the header %s, which some servers read as a header that Livehook sets', name => {
  expect(check(['x-ok', '1'], [name, 'x'])).toMatchObject({
    ok: false,
    path: '1.name',
    message: `"${name.toLowerCase()}" is set by Livehook`,
  });
});

test('an endpoint cannot have both content_type and content-type, because a receiver could read either', () => {
  expect(check(['content_type', 'text/plain'])).toMatchObject({ ok: false, path: '0.name' });
});

test.each([
  'X-Forwarded-For',
  'x_forwarded_host',
  'Forwarded',
  'X-Real-IP',
  'CF-Connecting-IP',
  'x-original-url',
  'X-HTTP-Method-Override',
  'Metadata',
  'Metadata-Flavor',
  'metadata_flavor',
  'X-aws-ec2-metadata-token',
  'X-aws-ec2-metadata-token-ttl-seconds',
  'X-Goog-IAP-JWT-Assertion',
  'x-amzn-oidc-identity',
  'x-ms-client-principal-id',
])('an endpoint cannot have the header %s, which proxies and cloud services trust', name => {
  expect(check([name, 'x'])).toMatchObject({
    ok: false,
    path: '0.name',
    message: `"${name.toLowerCase()}" is a header that proxies and cloud platforms trust; use another name`,
  });
});

test.each(['x-amz-invocation-type', 'x-metadata', 'x-request-id', 'webhooks', 'x-hook_id', 'accept', 'cookie'])(
  'an endpoint can have the header %s, because no receiver trusts it as the header of a proxy',
  name => {
    expect(check([name, 'x'])).toEqual({ ok: true });
  },
);

test('an endpoint cannot have two headers whose names differ only in upper and lower case', () => {
  expect(check(['X-A', '1'], ['x-a', '2'])).toMatchObject({
    ok: false,
    path: '1.name',
    message: '"x-a" is given twice',
  });
});

test('an attempt sends the headers of Livehook, then the custom ones, and records no value of a secret header', () => {
  const input = {
    eventId: 'evt_1',
    eventType: 'payment.completed',
    deliveryId: 'dlv_1',
    attemptNumber: 3,
    timestamp: 1614265330,
    signatures: { standard: 'v1,abc', stripeStyle: 't=1614265330,v1=def' },
    userAgent: 'Livehook/0.1.0',
    host: 'shop.test:8443',
    contentLength: 17,
  };
  const headers = buildHeaders({
    ...input,
    customHeaders: [{ name: 'Authorization', value: 'Bearer x', secret: true }],
  });
  expect(headers.sent).toEqual([
    ['webhook-id', 'evt_1'],
    ['webhook-timestamp', '1614265330'],
    ['webhook-signature', 'v1,abc'],
    ['x-webhook-signature', 't=1614265330,v1=def'],
    ['x-webhook-event', 'payment.completed'],
    ['x-webhook-delivery', 'dlv_1'],
    ['x-webhook-attempt', '3'],
    ['user-agent', 'Livehook/0.1.0'],
    ['accept-encoding', 'identity'],
    ['content-type', 'application/json'],
    ['Authorization', 'Bearer x'],
  ]);
  expect(headers.recorded.find(header => header.name === 'Authorization')).toEqual({
    name: 'Authorization',
    value: null,
  });
  expect(headers.recorded.map(header => header.name)).toEqual([
    'host',
    'connection',
    ...headers.sent.map(([name]) => name),
    'content-length',
  ]);
  expect(headers.recorded[0]?.value).toBe('shop.test:8443');
  expect(headers.recorded.at(-1)?.value).toBe('17');

  const custom = buildHeaders({
    ...input,
    customHeaders: [{ name: 'Content-Type', value: 'text/xml', secret: false }],
  });
  const contentTypes = custom.sent.filter(([name]) => name.toLowerCase() === 'content-type');
  expect(contentTypes).toEqual([['Content-Type', 'text/xml']]);
  expect(custom.recorded.at(-2)).toEqual({ name: 'Content-Type', value: 'text/xml' });
});
