import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DomainContext } from '../../src/domain/context.ts';
import { sendTestEvent } from '../../src/domain/endpoints/send-test-event.ts';
import { updateEndpoint } from '../../src/domain/endpoints/update-endpoint.ts';
import { openScene, type Scene } from '../domain/scene.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';

const secretHeader = { name: 'Authorization', value: 'Bearer of-the-operator', secret: true };
const keptHeader = { name: 'authorization', value: '', keepValue: true };

/** Creates a portal token that may read and change one endpoint. */
async function createToken(api: TestApi, endpointId: string, input: object = {}): Promise<string> {
  const { result } = await api.ask(
    `mutation ($input: CreatePortalTokenInput!) { result: createPortalToken(input: $input) {
      ... on CreatePortalTokenSuccess { token } ... on Error { message } } }`,
    { input: { endpointIds: [endpointId], permissions: ['ENDPOINTS_MANAGE', 'ENDPOINTS_READ'], ...input } },
  );
  return result.token;
}

async function createEndpoint(api: TestApi, input: object = {}): Promise<string> {
  const { result } = await api.ask(
    `mutation ($input: CreateEndpointInput!) { result: createEndpoint(input: $input) {
      ... on CreateEndpointSuccess { endpoint { id } } ... on Error { message } } }`,
    { input: { name: 'Shop', url: 'https://shop.test/hook', ...input } },
  );
  return result.endpoint.id;
}

const updateDocument = `mutation ($id: ID!, $input: UpdateEndpointInput!) { result: updateEndpoint(id: $id, input: $input) {
  ... on Endpoint { url eventTypes headers { name value secret } } ... on Error { code } ... on BadUserInputError { argument } } }`;

describe('changes of an endpoint with a portal token', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const update = async (id: string, input: object, token: string) =>
    (await api.ask(updateDocument, { id, input }, token)).result;
  const refused = (argument: string) => ({ code: 'BAD_USER_INPUT', argument });

  describe('an endpoint with a secret header', () => {
    let id: string;
    let token: string;
    beforeEach(async () => {
      id = await createEndpoint(api, { headers: [secretHeader, { name: 'x-public', value: '1', secret: false }] });
      token = await createToken(api, id);
    });

    it.each([
      ['another host', 'https://attacker.test/hook'],
      ['a subdomain', 'https://evil.shop.test/hook'],
      ['another port', 'https://shop.test:8443/hook'],
      ['plain HTTP', 'http://shop.test/hook'],
      ['a host that begins alike', 'https://shop.test.attacker.test/hook'],
      ['another host with a template', 'https://attacker.test/{{ payload.path }}?q={{ event.id }}'],
      ['another host that names the old one in its path', 'https://attacker.test/https://shop.test/hook'],
    ])('a portal token cannot change the URL to %s while the endpoint keeps a secret header', async (_, url) => {
      expect(await update(id, { url }, token)).toEqual(refused('input.url'));
      const kept = { url, headers: [{ name: 'x-public', value: '', keepValue: true }, keptHeader] };
      expect(await update(id, kept, token)).toEqual(refused('input.headers.1.keepValue'));
      const shown = { url, headers: [{ ...keptHeader, secret: false }] };
      expect(await update(id, shown, token)).toEqual(refused('input.headers.0.keepValue'));
      const { endpoint } = await api.ask('query ($id: ID!) { endpoint(id: $id) { url } }', { id });
      expect(endpoint.url).toBe('https://shop.test/hook');
    });

    it('a portal token can change the URL if it removes the secret header or sets its own value', async () => {
      const url = 'https://customer.test/hook';
      const kept = { name: 'x-public', value: '', keepValue: true, secret: false };
      expect(await update(id, { url, headers: [kept] }, token)).toEqual({
        url,
        eventTypes: [],
        headers: [{ name: 'x-public', value: '1', secret: false }],
      });
      const headers = [{ ...secretHeader, value: 'Bearer of-the-customer' }];
      expect(await update(id, { url: 'https://other.test/', headers }, token)).toMatchObject({
        url: 'https://other.test/',
        headers: [{ name: 'Authorization', value: null, secret: true }],
      });
    });

    it.each(['https://shop.test/other?v=2', 'https://SHOP.test:443/hook', 'https://shop.test/{{ event.type }}'])(
      'a portal token can change the URL to %s, which has the same origin',
      async url => {
        expect(await update(id, { url }, token)).toMatchObject({ url });
      },
    );

    it('an API key of the tenant, unlike a portal token, can change the URL and keep the secret header', async () => {
      const key = await api.createKey('ENDPOINTS_MANAGE', 'ENDPOINTS_READ');
      expect(await update(id, { url: 'https://new.test/' }, key)).toMatchObject({ url: 'https://new.test/' });
    });
  });

  it('a portal token cannot change a templated URL to another origin while the endpoint keeps a secret header', async () => {
    const id = await createEndpoint(api, { url: 'https://shop.test/{{ event.type }}', headers: [secretHeader] });
    const token = await createToken(api, id);
    expect(await update(id, { url: 'https://attacker.test/{{ event.type }}' }, token)).toEqual(refused('input.url'));
    expect(await update(id, { url: 'https://shop.test/{{ event.id }}' }, token)).toMatchObject({ eventTypes: [] });
  });

  it.each([
    ['a type that it does not have', ['order.created'], 'input.eventTypes.0'],
    ['a prefix of a type that it has', ['license.*'], 'input.eventTypes.0'],
    ['a prefix that begins alike', ['order.paid.*', 'invoice.*'], 'input.eventTypes.0'],
    ['a shorter prefix', ['customer.address.*', 'customer.*'], 'input.eventTypes.1'],
    ['a type that begins alike', ['customer.addresses'], 'input.eventTypes.0'],
    ['an empty list, which stands for all types', [], 'input.eventTypes'],
    ['null, which stands for all types', null, 'input.eventTypes'],
    ['operational events', ['livehook.*'], 'input.eventTypes.0'],
  ])('a portal token cannot widen the event types of its endpoint to %s', async (_, eventTypes, argument) => {
    const id = await createEndpoint(api, { eventTypes: ['order.paid', 'license.created', 'customer.address.*'] });
    const token = await createToken(api, id);
    expect(await update(id, { eventTypes }, token)).toEqual(refused(argument));
  });

  it('a portal token can narrow the event types of its endpoint step by step, and cannot widen them again', async () => {
    const id = await createEndpoint(api, { eventTypes: ['order.paid', 'customer.*'] });
    const token = await createToken(api, id);
    for (const eventTypes of [
      ['customer.*', 'order.paid'],
      ['customer.*'],
      ['customer.address.*'],
      ['customer.address.x'],
    ]) {
      expect(await update(id, { eventTypes }, token)).toMatchObject({ eventTypes });
    }
    expect(await update(id, { eventTypes: ['customer.*'] }, token)).toEqual(refused('input.eventTypes.0'));
  });

  it('a portal token can narrow an endpoint that receives every event type, but not add operational events', async () => {
    const id = await createEndpoint(api);
    const token = await createToken(api, id);
    expect(await update(id, { eventTypes: ['livehook.delivery.failed'] }, token)).toEqual(
      refused('input.eventTypes.0'),
    );
    expect(await update(id, { eventTypes: ['order.*'] }, token)).toMatchObject({ eventTypes: ['order.*'] });
  });

  it('a portal token keeps operational events that the operator has subscribed the endpoint to', async () => {
    const eventTypes = ['livehook.endpoint.failing', 'order.*'];
    const id = await createEndpoint(api, { eventTypes });
    const token = await createToken(api, id);
    expect(await update(id, { name: 'Renamed', eventTypes }, token)).toMatchObject({ eventTypes });
  });

  it('a portal token can subscribe its endpoint only to the event types that the token grants', async () => {
    const id = await createEndpoint(api, { eventTypes: ['order.paid'] });
    const token = await createToken(api, id, { eventTypes: ['order.*', 'invoice.sent'] });
    for (const eventTypes of [['order.*'], ['invoice.sent', 'order.refunded'], ['order.paid']]) {
      expect(await update(id, { eventTypes }, token)).toMatchObject({ eventTypes });
    }
    for (const eventTypes of [['order.*', 'invoice.*'], ['other']]) {
      expect(await update(id, { eventTypes }, token)).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    expect(await update(id, { eventTypes: [] }, token)).toEqual(refused('input.eventTypes'));
  });

  it('a portal token cannot add event types if its list of granted types is empty', async () => {
    const id = await createEndpoint(api, { eventTypes: ['order.paid'] });
    const token = await createToken(api, id, { eventTypes: [] });
    expect(await update(id, { eventTypes: ['order.*'] }, token)).toEqual(refused('input.eventTypes.0'));
  });

  it.each([
    ['input.eventTypes.1', ['a.b', 'livehook.*']],
    ['input.eventTypes.0', ['not a type']],
    ['input.eventTypes', Array(101).fill('a.b')],
  ])('a portal token cannot be created with an invalid %s', async (argument, eventTypes) => {
    const id = await createEndpoint(api);
    const { result } = await api.ask(
      `mutation ($input: CreatePortalTokenInput!) { result: createPortalToken(input: $input) {
        ... on Error { code } ... on BadUserInputError { argument } } }`,
      { input: { endpointIds: [id], permissions: ['ENDPOINTS_MANAGE'], eventTypes } },
    );
    expect(result).toEqual(refused(argument));
  });

  it('a portal token cannot use up the quota of event types of its tenant with test events', async () => {
    const id = await createEndpoint(api);
    const token = await createToken(api, id);
    const document = `mutation ($id: ID!, $type: String) { result: sendTestEvent(endpointId: $id, type: $type) {
      ... on Delivery { eventType } ... on Error { code } ... on BadUserInputError { argument } } }`;
    const sendTest = async (type: string | null, key?: string) => (await api.ask(document, { id, type }, key)).result;
    expect(await sendTest('made.up', token)).toEqual(refused('type'));
    expect(await sendTest(null, token)).toEqual({ eventType: 'webhook.test' });
    expect(await sendTest('made.up')).toEqual({ eventType: 'made.up' });
    expect(await sendTest('made.up', token)).toEqual({ eventType: 'made.up' });
  });
});

describe('an endpoint whose URL was changed with a portal token', () => {
  let scene: Scene;
  let receiver: Receiver;
  beforeAll(async () => {
    scene = await openScene();
    receiver = await startReceiver();
    scene.startSender();
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });

  it('receives no secret header that it had before, neither with events nor with test events', async () => {
    const endpoint = await scene.createEndpoint({ headers: [secretHeader] });
    const token: DomainContext = {
      services: scene.services,
      actor: {
        ...scene.ctx.actor,
        endpointIds: new Set([endpoint.uuid]),
        portalToken: { id: endpoint.uuid, expiresAt: Date.now() + 60_000, eventTypes: [], maxEndpoints: null },
      },
    };
    await expect(updateEndpoint(token, endpoint.id, { url: receiver.url })).rejects.toMatchObject({
      argument: 'input.url',
    });
    await updateEndpoint(token, endpoint.id, { url: receiver.url, headers: [] });
    await scene.publish({ endpointIds: [endpoint.id] });
    await sendTestEvent(token, endpoint.id, null, undefined);
    for (const request of [await receiver.next(), await receiver.next()]) {
      expect(request.headers).not.toHaveProperty('authorization');
    }
  });
});
