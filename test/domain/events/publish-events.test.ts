import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateEndpoint } from '../../../src/domain/endpoints/update-endpoint.ts';
import { publishEvents } from '../../../src/domain/events/publish-events.ts';
import { BadUserInputError, ForbiddenError, PayloadTooLargeError } from '../../../src/errors.ts';
import { formatId } from '../../../src/ids.ts';
import { startReceiver } from '../../fixtures/receiver.ts';
import { openScene, type Scene } from '../scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const type = 'payment.completed';

describe('a payload', () => {
  const payloads = {
    'big and odd numbers': '{"a":12345678901234567890.123456789012345678,"b":1E400,"c":-0.0,"d":1.10}',
    'duplicate keys': '{"a":1,"a":2,"__proto__":{"x":1},"constructor":null}',
    'white space': ' \t\r\n{ "a" : [ 1 , 2 ] }\n\n',
    unicode: '{"a":"Ünïcödé 🦊 \u2028\u2029\u00a0\ufeff","b":"\\ud83e\\udd8a \\u0000 \\/"}',
    'quotes, backslashes and braces': '"{\\"a\\":\\"\\\\\\\\,NULL,{}\\"}"',
    'a number only': '0',
    'null only': 'null',
    '500 levels': `${'['.repeat(500)}${']'.repeat(500)}`,
  };

  it.each(Object.entries(payloads))('reaches the receiver byte for byte if it contains %s', async (_, payloadText) => {
    await using receiver = await startReceiver();
    const endpoint = await scene.createEndpoint({ url: receiver.url });
    await using _sender = scene.startSender();
    await scene.publish({ payloadText, endpointIds: [endpoint.id] });
    const [request] = await receiver.waitFor(1);
    expect(request?.body.equals(Buffer.from(payloadText))).toBe(true);
  });

  it.each([
    ['a', 1],
    ['ü', 2],
    ['🦊', 4],
  ])('is limited in bytes, not in characters, if it consists of the character %s', async (character, bytes) => {
    const { maxPayloadBytes } = scene.services.limits;
    const text = (size: number) =>
      `"${character.repeat(Math.floor((size - 2) / bytes))}${'x'.repeat((size - 2) % bytes)}"`;
    expect(Buffer.byteLength(text(maxPayloadBytes))).toBe(maxPayloadBytes);
    await publishEvents(scene.ctx, [{ type, payloadText: text(maxPayloadBytes - 1) }], 'input');
    await publishEvents(scene.ctx, [{ type, payloadText: text(maxPayloadBytes) }], 'input');
    const over = publishEvents(scene.ctx, [{ type, payloadText: text(maxPayloadBytes + 1) }], 'input');
    await expect(over).rejects.toThrow(PayloadTooLargeError);
    await expect(over).rejects.toMatchObject({ argument: 'input.payloadText' });
  });

  it('is stored exactly as JSON.stringify writes it if it is given as JSON', async () => {
    const payload = { a: 1.5, b: ['x', null, '\ud800'], c: { d: '\u0000' } };
    const [event] = await publishEvents(scene.ctx, [{ type, payload }], 'input');
    expect(event?.payload).toBe(JSON.stringify(payload));
  });

  it.each([
    ['invalid JSON', { payloadText: '{"a":1' }, 'payloadText'],
    ['empty', { payloadText: '' }, 'payloadText'],
    ['a text with a raw U+0000', { payloadText: '"\u0000"' }, 'payloadText'],
    ['a text with a lone surrogate', { payloadText: '"\ud800"' }, 'payloadText'],
    ['a text with a byte order mark', { payloadText: '\ufeff{}' }, 'payloadText'],
    ['missing', {}, 'payload'],
    ['given twice', { payload: {}, payloadText: '{}' }, 'payloadText'],
  ])('is rejected if it is %s', async (_, input, argument) => {
    const refused = publishEvents(scene.ctx, [{ type, ...input }], 'input');
    await expect(refused).rejects.toThrow(BadUserInputError);
    await expect(refused).rejects.toMatchObject({ argument: `input.${argument}` });
  });
});

describe('a list of events', () => {
  it('is published completely and in order if it has 1,000 entries', async () => {
    const inputs = Array.from({ length: 1000 }, (_, index) => ({ type, payloadText: String(index) }));
    const events = await publishEvents(scene.ctx, inputs, 'inputs');
    expect(events.map(event => event.payload)).toEqual(inputs.map(input => input.payloadText));
    expect(events.map(event => event.id)).toEqual(events.map(event => event.id).toSorted());
  });

  it('is rejected if it has 1,001 entries', async () => {
    const inputs = Array.from({ length: 1001 }, () => ({ type, payloadText: '0' }));
    await expect(publishEvents(scene.ctx, inputs, 'inputs')).rejects.toMatchObject({ argument: 'inputs' });
  });

  it('is published completely or not at all, and the error names the event that is wrong', async () => {
    const before = await countEvents();
    const inputs = Array.from({ length: 1000 }, () => ({ type, payloadText: '0' }));
    inputs[999] = { type: 'no type', payloadText: '0' };
    await expect(publishEvents(scene.ctx, inputs, 'inputs')).rejects.toMatchObject({ argument: 'inputs.999.type' });
    expect(await countEvents()).toBe(before);
  });

  it('is accepted if it is empty', async () => {
    await expect(publishEvents(scene.ctx, [], 'inputs')).resolves.toEqual([]);
  });

  async function countEvents(): Promise<number> {
    const { rows } = await scene.services.pool.query('SELECT count(*)::int AS events FROM event');
    return rows[0].events;
  }
});

describe('an event', () => {
  it('is delivered to the endpoints whose patterns match its type', async () => {
    const otherTenant = await scene.createOtherTenant();
    const names = new Map<string, string>();
    const patterns = [
      [],
      ['license.*'],
      ['license.renewed'],
      ['license'],
      ['license.*', 'license.renewed'],
      ['licenses.*'],
    ];
    for (const eventTypes of patterns) {
      const { uuid } = await scene.createEndpoint({ eventTypes }, otherTenant);
      names.set(uuid, eventTypes.join(' '));
    }
    const receiversOf = async (eventType: string) => {
      const ids = await scene.publish({ type: eventType }, otherTenant);
      const deliveries = await Promise.all(ids.map(scene.read));
      return deliveries.map(delivery => names.get(delivery.endpointId)).sort();
    };
    expect(await receiversOf('license.renewed')).toEqual([
      '',
      'license.*',
      'license.* license.renewed',
      'license.renewed',
    ]);
    expect(await receiversOf('license.a.b')).toEqual(['', 'license.*', 'license.* license.renewed']);
    expect(await receiversOf('license')).toEqual(['', 'license']);
    expect(await receiversOf('License.renewed')).toEqual(['']);
  });

  it('gets waiting deliveries for paused endpoints, and no deliveries for disabled ones', async () => {
    const otherTenant = await scene.createOtherTenant();
    const endpoints = await Promise.all(
      (['ENABLED', 'PAUSED', 'DISABLED'] as const).map(status => scene.createEndpoint({ status }, otherTenant)),
    );
    const deliveries = await Promise.all((await scene.publish({}, otherTenant)).map(scene.read));
    expect(deliveries.map(delivery => delivery.endpointId)).toEqual([endpoints[0]?.uuid, endpoints[1]?.uuid]);
    for (const delivery of deliveries) {
      expect(delivery).toMatchObject({ status: 'PENDING', attemptCount: 0, maxAttempts: 4, version: 1 });
      expect(delivery.nextAttemptAt).not.toBeNull();
    }
  });

  it('is rejected if its type begins with livehook., a prefix that endpoints without patterns do not match either', async () => {
    for (const reserved of ['livehook.endpoint.disabled', 'livehook', 'livehook.x']) {
      await expect(publishEvents(scene.ctx, [{ type: reserved, payloadText: '{}' }], 'input')).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        argument: 'input.type',
      });
    }
  });

  it('is delivered only to the endpoints in endpointIds, once each, whatever their patterns', async () => {
    const [one, two] = [await scene.createEndpoint({ eventTypes: ['other'] }), await scene.createEndpoint()];
    const ids = await scene.publish({ endpointIds: [two.id, one.id, two.id] });
    const deliveries = await Promise.all(ids.map(scene.read));
    expect(deliveries.map(delivery => delivery.endpointId).sort()).toEqual([one.uuid, two.uuid].sort());
  });

  it('is rejected if an endpoint in endpointIds is unknown, disabled or of another tenant', async () => {
    const othersEndpoint = await scene.createEndpoint({}, await scene.createOtherTenant());
    const unknown = formatId('ep', '01900000-0000-7000-8000-00000000ffff');
    const known = await scene.createEndpoint();
    for (const id of [othersEndpoint.id, unknown]) {
      await expect(scene.publish({ endpointIds: [known.id, id] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await updateEndpoint(scene.ctx, known.id, { status: 'DISABLED' });
    await expect(scene.publish({ endpointIds: [known.id] })).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: expect.stringContaining('disabled'),
    });
    await expect(scene.publish({ endpointIds: ['evt_01h455vb4pex5vsknk084sn02q'] })).rejects.toMatchObject({
      argument: 'input.endpointIds.0',
    });
  });

  it('can be published only with the permission EVENTS_PUBLISH', async () => {
    const ctx = scene.withPermissions('DELIVERIES_MANAGE', 'ENDPOINTS_MANAGE');
    await expect(publishEvents(ctx, [{ type, payloadText: '{}' }], 'input')).rejects.toThrow(ForbiddenError);
  });
});
