import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendTestEvent } from '../../../src/domain/endpoints/send-test-event.ts';
import { createEventWriter } from '../../../src/domain/events/event-writer.ts';
import { publishEvents } from '../../../src/domain/events/publish-events.ts';
import { createRouting } from '../../../src/domain/events/routing.ts';
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

describe('a redacted value', () => {
  it('is neither stored in the database nor sent to the receiver', async () => {
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

  it('is replaced without a change to the other bytes of payloadText', async () => {
    expect(await publish({ payloadText })).toMatchObject({ payload: redactedText });
  });

  it('makes two publishes with one idempotency key differ, and cannot be guessed from the stored fingerprint', async () => {
    const first = await publish({ payloadText, idempotencyKey: 'k' });
    expect(first).toMatchObject({ payload: redactedText });
    expect(await publish({ payloadText, idempotencyKey: 'k' })).toEqual(first);
    await expect(
      publish({ payloadText: payloadText.replace('123', '124'), idempotencyKey: 'k' }),
    ).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  it('is not quoted in the error for invalid JSON', async () => {
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
  it('applies from the next event on, and only to its tenant', async () => {
    const otherTenant = await scene.createOtherTenant();
    const json = '{"iban":"DE1","cvv":1,"note":"4111 1111 1111 1111"}';
    await publish({ payloadText: json }, otherTenant);
    await updateRedaction(otherTenant, { paths: ['iban'], scanCardNumbers: true });
    expect(await publish({ payloadText: json }, otherTenant)).toMatchObject({
      payload: '{"iban":"[REDACTED]","cvv":1,"note":"[REDACTED]"}',
    });
    expect(await publish({ payloadText: json })).toMatchObject({ payload: json.replace(':1,', ':"[REDACTED]",') });
    await updateRedaction(otherTenant, { paths: null });
    expect(await publish({ payloadText: json }, otherTenant)).toMatchObject({
      payload: '{"iban":"DE1","cvv":"[REDACTED]","note":"[REDACTED]"}',
    });
    await updateRedaction(otherTenant, { paths: [], scanCardNumbers: null });
    expect(await publish({ payloadText: json }, otherTenant)).toMatchObject({ payload: json });
  });

  it('rejects an invalid path with an error that names the path, and needs a key with KEYS_MANAGE', async () => {
    await expect(updateRedaction(scene.ctx, { paths: ['a', 'b..c'] })).rejects.toMatchObject({
      argument: 'input.paths.1',
    });
    await expect(
      updateRedaction(scene.withPermissions('ENDPOINTS_MANAGE'), { scanCardNumbers: true }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN', permission: 'KEYS_MANAGE' });
  });
});

it('redaction applies to every event that is committed after updateRedaction resolved, in every process', async () => {
  const { pool } = scene.services;
  const tenant = await scene.createOtherTenant();
  // A trigger delays each commit, so that a change can happen between an insert and its commit.
  await pool.query(`
    CREATE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.02); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION slow_commit()`);
  const stopping = new AbortController();
  const publishSteadily = async (isKeyed: boolean) => {
    const services = {
      ...scene.services,
      routing: createRouting(pool),
      eventWriter: createEventWriter(scene.services),
    };
    while (!stopping.signal.aborted) {
      const idempotencyKey = isKeyed ? crypto.randomUUID() : null;
      const inputs = [{ type: 'payment.completed', payloadText: '{"secret":1}', idempotencyKey }];
      await publishEvents({ ...tenant, services }, inputs, 'inputs');
    }
  };
  const publishing = [false, false, true, true].map(publishSteadily);
  const countClear = async () => {
    const { rows } = await pool.query(
      `SELECT count(*) FILTER (WHERE payload LIKE '%1%')::int AS clear, count(*)::int AS total
       FROM event WHERE tenant_id = $1`,
      [tenant.actor.tenantId],
    );
    return rows[0] as { clear: number; total: number };
  };
  const waitForMore = async (total: number) => {
    let counts = await countClear();
    while (counts.total < total + 8) counts = await countClear();
    return counts;
  };
  try {
    for (let round = 0; round < 8; round += 1) {
      await updateRedaction(tenant, { paths: [] });
      await waitForMore((await countClear()).total);
      await updateRedaction(tenant, { paths: ['secret'] });
      const acknowledged = await countClear();
      expect((await waitForMore(acknowledged.total)).clear).toBe(acknowledged.clear);
    }
  } finally {
    stopping.abort();
    await Promise.all(publishing);
    await pool.query('DROP TRIGGER slow_commit ON event');
  }
});

describe('a nested payload', () => {
  const nest = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

  it('may have 1,000 levels, not counting brackets in strings', async () => {
    const text = `{"x":"${'[{'.repeat(2000)}\\"[[","y":${nest(999)}}`;
    expect(await publish({ payloadText: text })).toMatchObject({ payload: text });
  });

  it.each([1001, 100_000])('is rejected if it has %i levels, also in a test event', async levels => {
    const { id } = await scene.createEndpoint();
    const message = 'is nested too deeply: at most 1000 levels of objects and arrays';
    await expect(publish({ payloadText: nest(levels) })).rejects.toThrow(`input.payloadText: ${message}`);
    const payload = JSON.parse(nest(levels));
    await expect(publishEvents(scene.ctx, [{ type: 'a', payload }], 'inputs')).rejects.toThrow(
      `inputs.0.payload: ${message}`,
    );
    await expect(sendTestEvent(scene.ctx, id, null, payload)).rejects.toThrow(`payload: ${message}`);
  });
});
