import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AttackedServer, type Observation, startAttackedServer } from '../fixtures/attack.ts';
import { connect, post } from '../fixtures/client.ts';
import { encodeFrame, openRawConnection, upgradeHead } from '../fixtures/raw-connection.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';

/*
 * Attacks by holders of credentials, owners of endpoints and unauthenticated clients, while another tenant uses the
 * server.
 */

/** A public address that the attacked process is made to see as an address of its own machine. */
const ownPublicAddress = '198.41.0.4';
const addPublicInterface = `data:text/javascript,${encodeURIComponent(`
  import os from 'node:os';
  import { syncBuiltinESMExports } from 'node:module';
  const list = os.networkInterfaces;
  os.networkInterfaces = () => ({ ...list(), public0: [{ address: '${ownPublicAddress}', family: 'IPv4' }] });
  syncBuiltinESMExports();`)}`;

let server: AttackedServer;
let operators: Receiver;
let attackers: Receiver;
beforeAll(async () => {
  server = await startAttackedServer({ INTROSPECTION: 'false', LOG_LEVEL: 'info' }, { imports: [addPublicInterface] });
  operators = await startReceiver();
  attackers = await startReceiver();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await operators[Symbol.asyncDispose]();
  await attackers[Symbol.asyncDispose]();
});

/** Sends an operation with the field `result`. @returns the value of that field, or the code and argument of the error. */
async function call(key: string, document: string, variables = {}, headers = {}) {
  const { data, errors } = await post(server.url, key, document, variables, headers);
  return errors ? { code: errors[0]?.extensions.code, argument: errors[0]?.extensions.argument } : data.result;
}

const error = '... on Error { code message } ... on BadUserInputError { argument }';
const createEndpoint = (input: object, key = server.attacker.key) =>
  call(
    key,
    `mutation ($input: CreateEndpointInput!) { result: createEndpoint(input: $input) {
      ... on CreateEndpointSuccess { endpoint { id } } ${error} } }`,
    { input: { name: 'Shop', url: operators.url, ...input } },
  );
const updateEndpoint = (id: string, input: object, key: string) =>
  call(
    key,
    `mutation ($id: ID!, $input: UpdateEndpointInput!) { result: updateEndpoint(id: $id, input: $input) {
      ... on Endpoint { url eventTypes } ${error} } }`,
    { id, input },
  );
const createToken = (id: string, key = server.attacker.key) =>
  call(
    key,
    `mutation ($input: CreatePortalTokenInput!) { result: createPortalToken(input: $input) {
      ... on CreatePortalTokenSuccess { token } ${error} } }`,
    { input: { endpointIds: [id], permissions: ['ENDPOINTS_MANAGE', 'ENDPOINTS_READ', 'DELIVERIES_READ'] } },
  );
const createKey = (key: string, input: object = {}) =>
  call(
    key,
    `mutation ($input: CreateApiKeyInput!) { result: createApiKey(input: $input) {
      ... on CreateApiKeySuccess { secret apiKey { id expiresAt } } ${error} } }`,
    { input: { name: 'key', permissions: ['KEYS_MANAGE'], ...input } },
  );
const publish = (type: string) =>
  call(
    server.attacker.key,
    `mutation ($type: String!) { result: publishEvent(input: { type: $type, payload: 1 }) { ... on Event { id } ${error} } }`,
    { type },
  );
const sendTestEvent = (id: string, key: string, payload = '') =>
  call(
    key,
    `mutation ($id: ID!) { result: sendTestEvent(endpointId: $id${payload}) { ... on Delivery { id } ${error} } }`,
    {
      id,
    },
  );
/** Waits for the error of the only attempt of a delivery. */
async function readAttemptError(id: string): Promise<{ code: string; message: string }> {
  const document = 'query ($id: ID!) { result: delivery(id: $id) { attempts { error { code message } } } }';
  const read = async () => (await call(server.attacker.key, document, { id })).attempts[0]?.error ?? null;
  await expect.poll(read).not.toBe(null);
  return read();
}

function expectInnocent({ isAlive, longestStallMs, bystander }: Observation): void {
  expect(isAlive).toBe(true);
  expect(longestStallMs).toBeLessThan(1_000);
  expect(bystander.failedPublishes).toBe(0);
  expect(bystander.slowestPublishMs).toBeLessThan(3_000);
  expect(bystander.slowestDeliveryMs).toBeLessThan(5_000);
}

describe('a portal token', () => {
  test("cannot redirect the operator's secret header to a server of its holder", async () => {
    const secret = { name: 'Authorization', value: 'Bearer of-the-operator', secret: true };
    const observed = await server.during(async () => {
      const { id } = (await createEndpoint({ headers: [secret], eventTypes: ['moved.made'] })).endpoint;
      const { token } = await createToken(id);
      const kept = [{ name: 'authorization', value: '', keepValue: true }];
      for (const url of [
        attackers.url,
        `${attackers.url}/{{ event.type }}`,
        `http://operator@${new URL(attackers.url).host}/`,
      ]) {
        for (const input of [{ url }, { url, headers: kept }, { url, name: 'Shop', eventTypes: ['moved.made'] }]) {
          expect(await updateEndpoint(id, input, token)).toMatchObject({ code: 'BAD_USER_INPUT' });
        }
      }
      await publish('moved.made');
      expect((await operators.next()).headers.authorization).toBe('Bearer of-the-operator');
      expect(await updateEndpoint(id, { url: attackers.url, headers: [] }, token)).toMatchObject({
        url: attackers.url,
      });
      await publish('moved.made');
      await sendTestEvent(id, token);
      for (const { headers } of [await attackers.next(), await attackers.next()]) {
        expect(JSON.stringify(headers)).not.toContain('of-the-operator');
      }
    });
    expectInnocent(observed);
  });

  test.each([[[]], [null], [['moved.*']], [['livehook.*']], [['*']], [['']], [['order.paid', 'order.*']]])(
    'cannot subscribe its endpoint to further events with eventTypes %j',
    async eventTypes => {
      const { id } = (await createEndpoint({ url: attackers.url, eventTypes: ['order.paid'] })).endpoint;
      const { token } = await createToken(id);
      expect(await updateEndpoint(id, { eventTypes }, token)).toMatchObject({ code: 'BAD_USER_INPUT' });
    },
  );
});

describe("the server's own machine", () => {
  test.each([
    ['its public address', `http://${ownPublicAddress}`],
    ['its public address as one number', 'http://3324575748'],
    ['its public address as IPv6', `http://[::ffff:${ownPublicAddress}]`],
    ['an address of the cloud', 'http://169.254.169.254'],
    ['an unspecified address', 'http://0.0.0.0'],
    ['an unspecified IPv6 address', 'http://[::]'],
  ])('cannot be reached by an endpoint with %s', async (_, origin) => {
    const observed = await server.during(async () => {
      const url = `${origin}:${new URL(server.url).port}/metrics`;
      const created = await createEndpoint({ url });
      // A blocked address is rejected either when the endpoint is created or at its first delivery.
      if (created.code) return expect(created).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'input.url' });
      const { id } = await sendTestEvent(created.endpoint.id, server.attacker.key);
      expect(await readAttemptError(id)).toMatchObject({ code: 'BLOCKED_ADDRESS' });
    });
    expectInnocent(observed);
  });
});

describe('an API key that may be compromised', () => {
  test('cannot create keys that expire later than it does, nor can the keys that it created', async () => {
    const observed = await server.during(async () => {
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const parent = await createKey(server.attacker.key, { expiresAt });
      const child = await createKey(parent.secret, { expiresAt: null });
      const grandchild = await createKey(child.secret);
      for (const { apiKey } of [child, grandchild]) expect(apiKey.expiresAt).toBe(expiresAt);
      const later = new Date(Date.now() + 7_200_000).toISOString();
      expect(await createKey(child.secret, { expiresAt: later })).toMatchObject({ argument: 'input.expiresAt' });
      await server.pool.query('UPDATE api_key SET expires_at = now() WHERE expires_at = $1', [expiresAt]);
      const ask = () => call(grandchild.secret, '{ result: viewer { permissions } }');
      await expect.poll(ask).toMatchObject({ code: 'UNAUTHORIZED' });
    });
    expectInnocent(observed);
  });

  test('is revoked together with the keys that it created, whose sockets and portal tokens end', async () => {
    const observed = await server.during(async () => {
      const parent = await createKey(server.attacker.key, { permissions: ['KEYS_MANAGE', 'ENDPOINTS_READ'] });
      const child = await createKey(parent.secret, { permissions: ['ENDPOINTS_READ'] });
      await using socket = connect(server.url, { authorization: `Bearer ${child.secret}` });
      await socket.ready;
      const revoked = await call(
        server.attacker.key,
        `mutation ($id: ID!) { result: revokeApiKey(id: $id, revokeChildren: true) { ... on ApiKey { id } ${error} } }`,
        { id: parent.apiKey.id },
      );
      expect(revoked).toEqual({ id: parent.apiKey.id });
      expect((await socket.closed).code).toBe(4403);
      expect(await call(child.secret, '{ result: viewer { permissions } }')).toMatchObject({ code: 'UNAUTHORIZED' });
    });
    expectInnocent(observed);
  });
});

describe('a livehook-tenant in connection_init that is invalid or ambiguous', () => {
  const root = () => `"authorization":"Bearer ${server.rootKey}"`;
  const tenant = () => `"livehook-tenant":"${server.attacker.tenantId}"`;
  test.each<[string, () => string]>([
    ['not an id', () => `{${root()},"livehook-tenant":"nobody"}`],
    ['the id of something else', () => `{${root()},"livehook-tenant":"ep_01h455vb4pex5vsknk084sn02q"}`],
    ['an empty text', () => `{${root()},"livehook-tenant":""}`],
    ['a number', () => `{${root()},"livehook-tenant":1}`],
    ['null', () => `{${root()},"livehook-tenant":null}`],
    ['a list', () => `{${root()},"livehook-tenant":["${server.attacker.tenantId}"]}`],
    ['there twice', () => `{${root()},${tenant()},${tenant()}}`],
    ['there twice in another case', () => `{${root()},${tenant()},"Livehook-Tenant":"${server.attacker.tenantId}"}`],
    [
      'there twice with an escape',
      () => `{${root()},${tenant()},"livehook\\u002dtenant":"${server.attacker.tenantId}"}`,
    ],
  ])('closes the socket with 4400: %s', async (_, payload) => {
    await using socket = connect(server.url, null);
    await once(socket.socket, 'open');
    socket.send(`{"type":"connection_init","payload":${payload()}}`);
    expect((await socket.closed).code).toBe(4400);
  });

  test('closes the socket with 4400 if the payload itself is given twice', async () => {
    await using socket = connect(server.url, null);
    await once(socket.socket, 'open');
    socket.send(
      `{"type":"connection_init","payload":{${root()},${tenant()}},"payload":{${root()},"livehook-tenant":"x"}}`,
    );
    expect((await socket.closed).code).toBe(4400);
  });

  test('is rejected in a message of several frames too', async () => {
    const message = `{"type":"connection_init","payload":{${root()},"livehook-tenant":"nobody"}}`;
    using connection = await openRawConnection(Number(new URL(server.url).port), upgradeHead());
    await once(connection.socket, 'data');
    for (const [index, letter] of [...message].entries()) {
      connection.socket.write(
        encodeFrame(letter, { opcode: index === 0 ? 1 : 0, isFinal: index === message.length - 1 }),
      );
    }
    await connection.ended;
    // These are the bytes of the close code 4400 in the close frame.
    expect(connection.received()).toContain('\x11\x30');
  });
});

describe('the security of responses and headers', () => {
  test('GraphQL responses forbid caching and MIME sniffing, also for errors and streams', async () => {
    const authorization = `Bearer ${server.attacker.key}`;
    const query = encodeURIComponent('{ viewer { permissions } }');
    const responses = await Promise.all([
      fetch(`${server.url}/graphql?query=${query}`, { headers: { authorization } }),
      fetch(`${server.url}/graphql?query=${query}`, { headers: { authorization, accept: 'text/event-stream' } }),
      fetch(`${server.url}/graphql?query=${query}`),
      fetch(`${server.url}/graphql`, { method: 'POST', headers: { authorization }, body: '{' }),
      fetch(`${server.url}/graphql`, { method: 'DELETE', headers: { authorization } }),
      fetch(`${server.url}/graphql`, { headers: { authorization, accept: 'image/png' } }),
    ]);
    for (const { headers } of responses) {
      expect(headers.get('cache-control')).toMatch(/no-store|no-cache/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test('the GraphiQL page has a full set of security headers', async () => {
    const { headers } = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  });

  test.each([
    '{ viewr { id } }',
    '{ deliveries(frist: 1) { nodes { id } } }',
    'query ($a: DeliveryFiltr) { deliveries(filter: $a) { nodes { id } } }',
    '{ deliveries(filter: { statuses: [FAILD] }) { nodes { id } } }',
    '{ deliveries(filter: { status: [FAILED] }) { nodes { id } } }',
    '{ node(id: "x") { ... on Delivry { id } } }',
    '{ viewer @inclde(if: true) { permissions } }',
    '{ __schema { types { name } } }',
    '{ __type(name: "Delivery") { fields { name } } }',
  ])('the error for %s suggests no names of the schema while introspection is off', async query => {
    const { errors, data } = await post(server.url, server.attacker.key, query);
    expect(data).toBeUndefined();
    expect(JSON.stringify(errors)).not.toMatch(/did you mean|viewer"|statuses/i);
  });

  test('the error for a misspelled variable suggests no names of the schema while introspection is off', async () => {
    const query = 'query ($a: DeliveryFilter) { deliveries(filter: $a) { nodes { id } } }';
    for (const a of [{ status: ['FAILED'] }, { statuses: ['FAILD'] }]) {
      const { errors } = await post(server.url, server.attacker.key, query, { a });
      expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
    }
  });

  test.each([
    'webhook_id',
    'Webhook.Signature',
    'X_Webhook_Event',
    'x-forwarded-for',
    'X_Forwarded_For',
    'Metadata-Flavor',
    'metadata',
    'X-aws-ec2-metadata-token',
    'x-amzn-oidc-data',
    'X-Goog-IAP-JWT-Assertion',
    'x-ms-client-principal',
    'Host',
    'content_length',
    'Transfer-Encoding',
    'x-original-url',
    'X-HTTP-Method-Override',
    'forwarded',
    'cf-connecting-ip',
    'x-real-ip',
  ])('an endpoint cannot have the custom header %s', async name => {
    expect(await createEndpoint({ headers: [{ name, value: '1' }] })).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'input.headers.0.name',
    });
  });

  test('a test event with payload: null sends null', async () => {
    await using receiver = await startReceiver();
    const { id } = (await createEndpoint({ url: receiver.url, eventTypes: ['none'] })).endpoint;
    await sendTestEvent(id, server.attacker.key, ', payload: null');
    expect(String((await receiver.next()).body)).toBe('null');
  });

  test('the audit log contains no query string of a URL, which can contain secrets', async () => {
    const url = `${operators.url}/hook?token=only-for-the-receiver`;
    expect(await createEndpoint({ url, eventTypes: ['none'] })).toHaveProperty('endpoint.id');
    const log = await call(server.attacker.key, '{ result: auditLog(first: 1) { nodes { action changes } } }');
    expect(log.nodes[0].action).toBe('ENDPOINT_CREATED');
    expect(JSON.stringify(log)).not.toContain('only-for-the-receiver');
  });
});

test('failed sign-ins are counted, logged without the key, and slowed down for their address only', async () => {
  const makeKey = () => `lhk_${randomBytes(32).toString('base64url')}`;
  const tried = Array.from({ length: 70 }, makeKey);
  const observed = await server.during(async () => {
    const statuses: number[] = [];
    for (const key of tried) statuses.push((await post(server.url, key, '{ __typename }')).status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    await using socket = connect(server.url, { authorization: `Bearer ${makeKey()}` });
    expect((await socket.closed).code).toBe(4429);
  });
  // The bystander signs in from the same address with a valid key, and must not be slowed down.
  expectInnocent(observed);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/livehook_failed_sign_ins_total\{reason="unknown"\} (6\d|[7-9]\d)/);
  const log = server.process.output.join('\n');
  expect(log).toContain('sign-ins failed');
  for (const key of [...tried, server.attacker.key, server.rootKey]) expect(log).not.toContain(key);
});
