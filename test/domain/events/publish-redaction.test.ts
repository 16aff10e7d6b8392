import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendTestEvent } from '../../../src/domain/endpoints/send-test-event.ts';
import { publishEvents } from '../../../src/domain/events/publish-events.ts';
import { updateRedaction } from '../../../src/domain/tenants/update-redaction.ts';
import { startReceiver } from '../../fixtures/receiver.ts';
import { openScene, type Scene } from '../scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const payloadText = '{ "amount": 1.50, "card": { "number": "4111111111111111", "cvv": 123 } }';
const redactedText = '{ "amount": 1.50, "card": { "number": "[REDACTED]", "cvv": "[REDACTED]" } }';

const publish = async (input: { payloadText: string; idempotencyKey?: string }, ctx = scene.ctx) =>
  (await publishEvents(ctx, [{ type: 'payment.completed', ...input }], 'input'))[0];

describe('what is redacted', () => {
  it('is neither stored nor sent', async () => {
    await using receiver = await startReceiver();
    const endpoint = await scene.createEndpoint({ url: receiver.url });
    await using _ = scene.startSender();
    await scene.publish({ payload: JSON.parse(payloadText), endpointIds: [endpoint.id] });
    await sendTestEvent(scene.ctx, endpoint.id, null, JSON.parse(payloadText));
    await receiver.waitFor(2);
    for (const { body } of receiver.requests) expect(JSON.parse(body.toString())).toEqual(JSON.parse(redactedText));
    const { rows } = await scene.services.pool.query(
      `SELECT to_jsonb(t)::text AS text FROM event t UNION ALL SELECT to_jsonb(t)::text FROM delivery t
       UNION ALL SELECT to_jsonb(t)::text FROM attempt t`,
    );
    for (const { text } of rows) expect(text).not.toContain('4111');
  });

  it('leaves the other bytes of payloadText', async () => {
    expect(await publish({ payloadText })).toMatchObject({ payload: redactedText });
  });

  it('tells calls with one idempotency key apart, and is not given away by the fingerprint', async () => {
    const first = await publish({ payloadText, idempotencyKey: 'k' });
    expect(first).toMatchObject({ payload: redactedText });
    expect(await publish({ payloadText, idempotencyKey: 'k' })).toEqual(first);
    await expect(
      publish({ payloadText: payloadText.replace('123', '124'), idempotencyKey: 'k' }),
    ).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  it('is not quoted by the error for invalid JSON', async () => {
    for (const text of [
      '{"pan":4111111111111111x}',
      '[4111111111111111 1]',
      'x4111111111111111',
      '{"a":"4111111111111111',
    ]) {
      const failure = publish({ payloadText: text });
      await expect(failure).rejects.toThrow(/^input\.payloadText: must be valid JSON/);
      await expect(failure).rejects.not.toThrow(/4111/);
    }
  });
});

describe('updateRedaction', () => {
  it('holds from the next event on, and for its tenant alone', async () => {
    const stranger = await scene.createStranger();
    const json = '{"iban":"DE1","cvv":1,"note":"4111 1111 1111 1111"}';
    await publish({ payloadText: json }, stranger);
    await updateRedaction(stranger, { paths: ['iban'], scanCardNumbers: true });
    expect(await publish({ payloadText: json }, stranger)).toMatchObject({
      payload: '{"iban":"[REDACTED]","cvv":1,"note":"[REDACTED]"}',
    });
    expect(await publish({ payloadText: json })).toMatchObject({ payload: json.replace(':1,', ':"[REDACTED]",') });
    await updateRedaction(stranger, { paths: null });
    expect(await publish({ payloadText: json }, stranger)).toMatchObject({
      payload: '{"iban":"DE1","cvv":"[REDACTED]","note":"[REDACTED]"}',
    });
    await updateRedaction(stranger, { paths: [], scanCardNumbers: null });
    expect(await publish({ payloadText: json }, stranger)).toMatchObject({ payload: json });
  });

  it('names the path that is none, and takes KEYS_MANAGE', async () => {
    await expect(updateRedaction(scene.ctx, { paths: ['a', 'b..c'] })).rejects.toMatchObject({
      argument: 'input.paths.1',
    });
    await expect(
      updateRedaction(scene.withPermissions('ENDPOINTS_MANAGE'), { scanCardNumbers: true }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN', permission: 'KEYS_MANAGE' });
  });
});
