import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEndpoint } from '../../../src/domain/endpoints/create-endpoint.ts';
import { decryptHeaders } from '../../../src/domain/endpoints/endpoint-headers.ts';
import type { EndpointInput } from '../../../src/domain/endpoints/endpoint-input.ts';
import type { EndpointRow } from '../../../src/domain/endpoints/endpoint-row.ts';
import { updateEndpoint } from '../../../src/domain/endpoints/update-endpoint.ts';
import { formatId, newUuid } from '../../../src/ids.ts';
import { hang, respond } from '../../fixtures/behaviours.ts';
import { startReceiver } from '../../fixtures/receiver.ts';
import { openScene, type Scene } from '../scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const full = {
  name: 'Shop',
  url: 'https://shop.test/hook',
  eventTypes: ['payment.*'],
  headers: [{ name: 'x-key', value: 'v' }],
  method: 'PUT',
  bodyTemplate: '{{ event.id }}',
  timeoutMs: 500,
  retryScheduleSeconds: [1, 2],
  maxConcurrency: 3,
  rateLimitPerSecond: 0.5,
  disableOnGone: false,
  storeResponseBody: false,
  status: 'PAUSED',
} as const;

const defaults: Partial<EndpointRow> = {
  eventTypes: [],
  headers: [],
  method: 'POST',
  bodyTemplate: null,
  timeoutMs: null,
  retryScheduleSeconds: null,
  maxConcurrency: null,
  rateLimitPerSecond: null,
  disableOnGone: null,
  storeResponseBody: true,
  status: 'ENABLED',
  statusReason: null,
};

const optional = Object.keys(full).filter(field => field !== 'name' && field !== 'url');

async function create(input: Partial<EndpointInput> = full) {
  const { endpoint } = await createEndpoint(scene.ctx, {
    name: 'Shop',
    url: 'https://shop.test/hook',
    ...input,
  } as never);
  return { id: formatId('ep', endpoint.id), endpoint };
}

describe('a new endpoint', () => {
  it('has the defaults for fields that are absent, undefined or null', async () => {
    const undefineds = Object.fromEntries(optional.map(field => [field, undefined]));
    const nulls = Object.fromEntries(optional.map(field => [field, null]));
    for (const input of [{}, undefineds, nulls]) expect((await create(input)).endpoint).toMatchObject(defaults);
  });
});

describe('createEndpoint and updateEndpoint with a template', () => {
  const noJson = '{"text": {{ payload.x | json }}';
  const ofType = (value: string) => [{ name: 'Content-Type', value }];

  it.each<[string, Partial<EndpointInput>, string]>([
    [
      'a body template that can never be JSON',
      { bodyTemplate: noJson },
      'input.bodyTemplate: does not render valid JSON',
    ],
    [
      'a body template that can never be JSON, with a JSON content type',
      { bodyTemplate: noJson, headers: ofType('application/vnd.shop+json; charset=utf-8') },
      'input.bodyTemplate: does not render valid JSON',
    ],
    [
      'a body template that does not compile',
      { bodyTemplate: '{{ payload.x | nonsense }}' },
      'input.bodyTemplate: undefined filter',
    ],
    [
      'a URL template that does not compile',
      { url: 'https://e.com/{{x' },
      'input.url: has a template error: output "{{x" not',
    ],
    [
      'a URL template with an unknown filter',
      { url: 'https://e.com/{{ x | y }}' },
      'input.url: has a template error: undefined',
    ],
    [
      'a URL template that prints a value without encoding',
      { url: 'https://e.com/{{ x | raw }}' },
      'input.url: has a template error: undefined',
    ],
  ])('reject %s', async (_, input, message) => {
    await expect(create(input)).rejects.toThrow(message);
    const { id } = await create({});
    await expect(updateEndpoint(scene.ctx, id, input)).rejects.toThrow(message);
  });

  it('accept any text as a body template if the content type is not JSON', async () => {
    const { id, endpoint } = await create({ bodyTemplate: noJson, headers: ofType('text/plain') });
    expect(endpoint.bodyTemplate).toBe(noJson);
    // If the input sets no content type, the stored content type decides. The same applies if the input keeps it with
    // `keepValue`.
    expect(await updateEndpoint(scene.ctx, id, { bodyTemplate: `${noJson} ` })).toHaveProperty('bodyTemplate');
    const headers = [{ name: 'content-type', value: '', keepValue: true }];
    expect(await updateEndpoint(scene.ctx, id, { bodyTemplate: noJson, headers })).toHaveProperty(
      'bodyTemplate',
      noJson,
    );
    for (const others of [[], ofType('application/json')]) {
      await expect(updateEndpoint(scene.ctx, id, { headers: others })).rejects.toThrow(
        'input.headers: does not render valid JSON, which its content type asks for',
      );
    }
  });
});

describe('updateEndpoint', () => {
  it('keeps absent fields', async () => {
    const { id, endpoint } = await create();
    const { updatedAt, revision, ...kept } = await updateEndpoint(scene.ctx, id, {});
    expect(kept).toEqual(Object.fromEntries(Object.entries(endpoint).filter(([key]) => key in kept)));
    expect(revision).toBe(endpoint.revision + 1);
    expect(updatedAt.getTime()).toBeGreaterThanOrEqual(endpoint.updatedAt.getTime());
  });

  it.each(optional)('resets only %s if it is null', async field => {
    const { id, endpoint } = await create();
    const updated = await updateEndpoint(scene.ctx, id, { [field]: null });
    const { [field as 'status']: reset, ...others } = updated;
    expect(reset).toEqual(defaults[field as 'status']);
    const { updatedAt: _, statusChangedAt: _since, revision: __, [field as 'status']: ___, ...before } = endpoint;
    expect(others).toMatchObject(before);
  });

  it.each(['name', 'url'])('rejects null for the field %s', async field => {
    const { id } = await create();
    await expect(updateEndpoint(scene.ctx, id, { [field]: null })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: `input.${field}`,
    });
  });

  it('replaces a whole list if the list is given', async () => {
    const { id } = await create();
    const updated = await updateEndpoint(scene.ctx, id, {
      eventTypes: ['a', 'b.*', 'a'],
      headers: [{ name: 'x-other', value: 'w', secret: false }],
      retryScheduleSeconds: [],
    });
    expect(updated).toMatchObject({ eventTypes: ['a', 'b.*'], retryScheduleSeconds: [] });
    expect(updated.headers).toMatchObject([{ name: 'x-other', secret: false }]);
    expect(JSON.stringify(updated.headers)).not.toContain('"w"');
  });

  it.each<[string, EndpointInput, string]>([
    ['a blocked address', { url: 'http://10.0.0.1/' }, 'url'],
    ['a line break in the name', { name: 'a\r\nb' }, 'name'],
    ['a header that Livehook sets itself', { headers: [{ name: 'webhook-id', value: 'x' }] }, 'headers.0.name'],
    ['a header value with a line break', { headers: [{ name: 'a', value: 'x\r\ny' }] }, 'headers.0.value'],
    ['a schedule step that is too long', { retryScheduleSeconds: [5, 604_801] }, 'retryScheduleSeconds.1'],
    ['31 schedule steps', { retryScheduleSeconds: Array.from({ length: 31 }, () => 1) }, 'retryScheduleSeconds'],
    ['a timeout that is too short', { timeoutMs: 99 }, 'timeoutMs'],
    ['a concurrency of 0', { maxConcurrency: 0 }, 'maxConcurrency'],
    ['a rate limit of 0', { rateLimitPerSecond: 0 }, 'rateLimitPerSecond'],
    ['an invalid body template', { bodyTemplate: '{% if %}' }, 'bodyTemplate'],
    ['an invalid event type pattern', { eventTypes: ['a', '*'] }, 'eventTypes.1'],
  ])('rejects %s with an error that names the field, and changes nothing', async (_, input, argument) => {
    const { id, endpoint } = await create();
    await expect(
      updateEndpoint(scene.ctx, id, { ...input, maxConcurrency: input.maxConcurrency ?? 7 }),
    ).rejects.toMatchObject({
      argument: `input.${argument}`,
    });
    const row = await scene.services.prisma.endpoint.findUnique({ where: { id: endpoint.id } });
    expect(row).toMatchObject({ maxConcurrency: 3, revision: endpoint.revision });
  });

  it('clears the reason of a status and a pause by Retry-After when it sets the status', async () => {
    const { id, endpoint } = await create();
    await scene.services.pool.query(
      "UPDATE endpoint SET status = 'DISABLED', status_reason = 'gone', hold_until = now() + interval '1 h' WHERE id = $1",
      [endpoint.id],
    );
    expect(await updateEndpoint(scene.ctx, id, { name: 'New' })).toMatchObject({
      status: 'DISABLED',
      statusReason: 'gone',
    });
    const enabled = await updateEndpoint(scene.ctx, id, { status: 'ENABLED' });
    expect(enabled).toMatchObject({ status: 'ENABLED', statusReason: null, holdUntil: null });
  });

  it('sets statusChangedAt only if it changes the status', async () => {
    const { id, endpoint } = await create();
    const { statusChangedAt: created } = endpoint;
    expect(await updateEndpoint(scene.ctx, id, { name: 'New', status: endpoint.status })).toMatchObject({
      statusChangedAt: created,
    });
    const { statusChangedAt: disabled } = await updateEndpoint(scene.ctx, id, { status: 'DISABLED' });
    expect(disabled.getTime()).toBeGreaterThan(created.getTime());
    expect(await updateEndpoint(scene.ctx, id, { name: 'Newer' })).toMatchObject({ statusChangedAt: disabled });
  });

  it('puts waiting deliveries on hold when it pauses the endpoint, and lets them be sent when it enables it', async () => {
    await using receiver = await startReceiver(respond(200));
    const endpoint = await scene.createEndpoint({ url: receiver.url, status: 'PAUSED' });
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    const witness = await scene.createEndpoint({ url: `${receiver.url}/witness` });
    await using _ = scene.startSender();
    await scene.waitForStatus(await scene.publishOne({ endpointIds: [witness.id] }), 'SUCCEEDED');
    expect(await scene.read(id)).toMatchObject({ status: 'PENDING', attemptCount: 0 });
    await updateEndpoint(scene.ctx, endpoint.id, { status: 'ENABLED' });
    await scene.waitForStatus(id, 'SUCCEEDED');
  });

  it('keeps value and secrecy of a header with keepValue, and rejects keepValue for a header that does not exist', async () => {
    const headers = [{ name: 'X-Token', value: 'hidden' }];
    const { id, uuid } = await scene.createEndpoint({ headers });
    const kept = { name: 'x-token', value: '', keepValue: true, secret: false };
    const updated = await updateEndpoint(scene.ctx, id, { headers: [{ name: 'x-new', value: 'v' }, kept] });
    expect(updated.id).toBe(uuid);
    expect(decryptHeaders(updated.headers, scene.services.encryption)).toEqual([
      { name: 'x-new', value: 'v', secret: true },
      { name: 'x-token', value: 'hidden', secret: true },
    ]);
    const unknown = { ...kept, name: 'x-gone' };
    await expect(updateEndpoint(scene.ctx, id, { headers: [kept, unknown] })).rejects.toMatchObject({
      argument: 'input.headers.1.keepValue',
    });
  });

  it('applies to retries of existing deliveries, which use the new URL, headers, method, body and schedule', async () => {
    await using receiver = await startReceiver({ '/old': respond(500), '/new': respond(503) });
    const endpoint = await scene.createEndpoint({ url: `${receiver.url}/old`, retryScheduleSeconds: [2, 2] });
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    await using _ = scene.startSender();
    await scene.waitForStatus(id, 'RETRYING');
    await updateEndpoint(scene.ctx, endpoint.id, {
      url: `${receiver.url}/new`,
      method: 'PATCH',
      headers: [{ name: 'x-new', value: 'yes' }],
      bodyTemplate: '{"attempt":{{ delivery.attempt }}}',
      retryScheduleSeconds: [2],
    });
    expect(await scene.waitForStatus(id, 'FAILED')).toMatchObject({ failureReason: 'EXHAUSTED', attemptCount: 2 });
    const request = receiver.requests[1];
    expect(request).toMatchObject({ method: 'PATCH', url: '/new', headers: { 'x-new': 'yes' } });
    expect(request?.body.toString()).toBe('{"attempt":2}');
  });

  it('does not affect a request in flight', async () => {
    await using receiver = await startReceiver(hang());
    const endpoint = await scene.createEndpoint({ url: receiver.url, timeoutMs: 600, retryScheduleSeconds: [] });
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    await using _ = scene.startSender();
    await receiver.waitFor(1);
    await updateEndpoint(scene.ctx, endpoint.id, { status: 'PAUSED', timeoutMs: 60_000 });
    expect(await scene.waitForStatus(id, 'FAILED')).toMatchObject({ failureReason: 'EXHAUSTED', errorCode: 'TIMEOUT' });
  });

  it('updates only endpoints of the tenant, and needs a key with ENDPOINTS_MANAGE', async () => {
    const othersEndpoint = await scene.createEndpoint({}, await scene.createOtherTenant());
    for (const id of [othersEndpoint.id, formatId('ep', newUuid(Date.now()))]) {
      await expect(updateEndpoint(scene.ctx, id, { name: 'mine' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    const { id } = await create();
    await expect(updateEndpoint(scene.withPermissions('ENDPOINTS_READ'), id, {})).rejects.toMatchObject({
      permission: 'ENDPOINTS_MANAGE',
    });
  });
});
