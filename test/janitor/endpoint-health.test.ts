import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendTestEvent } from '../../src/domain/endpoints/send-test-event.ts';
import { updateEndpoint } from '../../src/domain/endpoints/update-endpoint.ts';
import { formatId } from '../../src/ids.ts';
import { openJanitor } from '../../src/janitor/janitor.ts';
import { openScene, type Scene, type SceneEndpoint, until } from '../domain/scene.ts';
import { respond } from '../fixtures/behaviours.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
let failing: Receiver;
let endpoint: SceneEndpoint;
beforeEach(async () => {
  scene = await openScene();
  failing = await startReceiver(respond(500));
  endpoint = await scene.createEndpoint({
    url: failing.url,
    disableAfterSeconds: 3600,
    name: 'Shop',
    // The first retry is due after the test, so that it does not count as a further failure.
    retryScheduleSeconds: [3600, 3600],
  });
});
afterEach(async () => {
  await scene[Symbol.asyncDispose]();
  await failing[Symbol.asyncDispose]();
});

/** Opens two janitors at once. Whatever they do must happen only once. */
function openJanitors(): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  for (let count = 0; count < 2; count += 1) stack.use(openJanitor({ services: scene.services, retentionDays: 30 }));
  return stack;
}

const readHealth = async () => {
  const { rows } = await scene.services.pool.query('SELECT * FROM endpoint_health WHERE endpoint_id = $1', [
    endpoint.uuid,
  ]);
  return rows[0] as Record<string, Date | null> | undefined;
};

const readEndpoint = async () => {
  const { rows } = await scene.services.pool.query(
    'SELECT status, status_reason AS reason, status_changed_at = updated_at AS "justChanged" FROM endpoint WHERE id = $1',
    [endpoint.uuid],
  );
  return rows[0] as { status: string; reason: string | null; justChanged: boolean };
};

/** The payloads of the operational events of a type, oldest first. */
const readOperationalEvents = async (type: string) => {
  const { rows } = await scene.services.pool.query('SELECT payload FROM event WHERE type = $1 ORDER BY id', [
    `livehook.${type}`,
  ]);
  return rows.map(row => JSON.parse(row.payload));
};

const waitForOperationalEvents = (type: string) =>
  until(async () => {
    const [event] = await readOperationalEvents(type);
    if (!event) throw new Error(`there is no ${type}`);
    return event;
  });

/** Moves the recorded failures of the endpoint into the past, as if it had been failing for this time until now. */
const age = (seconds: number, warnedSeconds = 0) =>
  scene.services.pool.query(
    `UPDATE endpoint_health SET failing_since = now() - $1 * interval '1 s', last_failed_at = now(),
       warned_at = warned_at - $2 * interval '1 s'`,
    [seconds, warnedSeconds],
  );

const failOnce = async () => {
  const id = await scene.publishOne({ endpointIds: [endpoint.id] });
  await scene.waitForStatus(id, 'RETRYING');
  await until(async () => expect(await readHealth()).toBeDefined());
};

describe('an endpoint whose attempts all fail', () => {
  it('is reported as failing, then disabled, then enabled after a successful test, with one operational event each', async () => {
    await using listener = await startReceiver();
    await scene.createEndpoint({ url: listener.url, eventTypes: ['livehook.*'] });
    await using _sender = scene.startSender();
    await failOnce();
    await using _janitors = openJanitors();
    await age(1900);
    const warning = await waitForOperationalEvents('endpoint.failing');
    expect(warning).toMatchObject({
      type: 'livehook.endpoint.failing',
      endpoint: { id: endpoint.id, name: 'Shop' },
      failingSince: expect.stringMatching(/Z$/),
    });
    expect(Date.parse(warning.disablesAt) - Date.parse(warning.occurredAt)).toBeCloseTo(1_800_000, -1);

    // The endpoint has been failing for longer than its limit, but less than half of the limit has passed since the
    // warning.
    await age(7200);
    await age(7200, 1700);
    expect((await readEndpoint()).status).toBe('ENABLED');
    await age(7200, 1900);
    await until(async () => expect((await readEndpoint()).status).toBe('DISABLED'));
    const { reason, justChanged } = await readEndpoint();
    expect(justChanged).toBe(true);
    expect(reason).toMatch(/^Disabled automatically: nothing but failures since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.$/);
    expect(await waitForOperationalEvents('endpoint.disabled')).toMatchObject({
      endpoint: { id: endpoint.id },
      reason,
    });

    failing.play(respond(200));
    await sendTestEvent(scene.ctx, endpoint.id, null, null);
    await until(async () =>
      expect(await readEndpoint()).toEqual({ status: 'ENABLED', reason: null, justChanged: true }),
    );
    expect(await waitForOperationalEvents('endpoint.recovered')).toMatchObject({
      endpoint: { id: endpoint.id },
      wasDisabled: true,
    });
    expect(await readHealth()).toBeUndefined();

    await listener.waitFor(3);
    expect(listener.requests.map(request => request.headers['x-webhook-event']).sort()).toEqual([
      'livehook.endpoint.disabled',
      'livehook.endpoint.failing',
      'livehook.endpoint.recovered',
    ]);
    for (const type of ['endpoint.failing', 'endpoint.disabled', 'endpoint.recovered']) {
      expect(await readOperationalEvents(type)).toHaveLength(1);
    }
  });

  it('starts a new failing period when its status is set through the API', async () => {
    await using _ = scene.startSender();
    await failOnce();
    await updateEndpoint(scene.ctx, endpoint.id, { status: 'ENABLED' });
    expect(await readHealth()).toBeUndefined();
  });

  it('is neither reported nor disabled while it gets no deliveries', async () => {
    await using _sender = scene.startSender();
    await failOnce();
    await scene.services.pool.query(
      "UPDATE endpoint_health SET failing_since = now() - interval '2 h', last_failed_at = now() - interval '2 h'",
    );
    // A second endpoint, which the janitors check after the first one. Its event shows that they have checked both.
    const witness = await scene.createEndpoint({ disableAfterSeconds: 60 });
    await scene.services.pool.query(
      "INSERT INTO endpoint_health (endpoint_id, failing_since, last_failed_at) VALUES ($1, now() - interval '1 h', now())",
      [witness.uuid],
    );
    await using _janitors = openJanitors();
    expect(await waitForOperationalEvents('endpoint.failing')).toMatchObject({ endpoint: { id: witness.id } });
    expect(await readOperationalEvents('endpoint.failing')).toHaveLength(1);
    expect((await readEndpoint()).status).toBe('ENABLED');
  });

  it('is reported and never disabled with disableAfterSeconds 0', async () => {
    await updateEndpoint(scene.ctx, endpoint.id, { disableAfterSeconds: 0 });
    await using _sender = scene.startSender();
    await failOnce();
    await age(216_001);
    await using _janitors = openJanitors();
    expect(await waitForOperationalEvents('endpoint.failing')).toMatchObject({ disablesAt: null });
    await age(9_000_000, 9_000_000);
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    await scene.waitForStatus(id, 'RETRYING');
    expect((await readEndpoint()).status).toBe('ENABLED');
  });
});

describe('a successful attempt', () => {
  it('ends the failing period without an operational event if the endpoint was not reported as failing', async () => {
    await using _ = scene.startSender();
    await failOnce();
    failing.play(respond(200));
    await scene.publishOne({ endpointIds: [endpoint.id] });
    await until(async () => expect(await readHealth()).toBeUndefined());
    const { rows } = await scene.services.pool.query('SELECT FROM operational_event');
    expect(rows).toEqual([]);
  });

  it('causes an operational event if the endpoint was reported as failing', async () => {
    await using _sender = scene.startSender();
    await failOnce();
    await age(1900);
    await using _janitors = openJanitors();
    await waitForOperationalEvents('endpoint.failing');
    failing.play(respond(200));
    await scene.publishOne({ endpointIds: [endpoint.id] });
    expect(await waitForOperationalEvents('endpoint.recovered')).toMatchObject({ wasDisabled: false });
    expect((await readEndpoint()).status).toBe('ENABLED');
  });
});

describe('a failed test event', () => {
  it('is not counted as a failure of its endpoint', async () => {
    await using sender = scene.startSender();
    const test = await sendTestEvent(scene.ctx, endpoint.id, null, null);
    await scene.waitForStatus(test.id, 'FAILED');
    await sender.drain(AbortSignal.timeout(20_000));
    expect(await readHealth()).toBeUndefined();
  });
});

describe('livehook.delivery.failed', () => {
  it('is published once for each delivery that fails for good, to subscribers only, and never for a failed delivery of this event', async () => {
    await using listener = await startReceiver(respond(500));
    await scene.createEndpoint({
      url: listener.url,
      eventTypes: ['livehook.delivery.failed'],
      retryScheduleSeconds: [],
    });
    await updateEndpoint(scene.ctx, endpoint.id, { retryScheduleSeconds: [] });
    await using _sender = scene.startSender();
    const ids = await Promise.all(Array.from({ length: 20 }, () => scene.publishOne({ endpointIds: [endpoint.id] })));
    for (const id of ids) await scene.waitForStatus(id, 'FAILED');
    await using _janitors = openJanitors();
    await listener.waitFor(20);
    await until(async () => expect((await scene.countByStatus()).FAILED).toBe(40));
    const events = await readOperationalEvents('delivery.failed');
    expect(events.map(each => each.delivery.id).sort()).toEqual(ids.map(id => formatId('dlv', id)).sort());
    expect(events[0]).toEqual({
      type: 'livehook.delivery.failed',
      occurredAt: expect.stringMatching(/Z$/),
      endpoint: { id: endpoint.id, name: 'Shop' },
      delivery: {
        id: expect.stringMatching(/^dlv_/),
        eventId: expect.stringMatching(/^evt_/),
        eventType: 'payment.completed',
        failureReason: 'EXHAUSTED',
        attemptCount: 1,
        responseStatus: 500,
        errorCode: 'HTTP_STATUS',
      },
    });
    const { rows } = await scene.services.pool.query('SELECT FROM operational_event');
    expect(rows).toEqual([]);
  });

  it('is published neither for a test event nor if no endpoint subscribes to it', async () => {
    await updateEndpoint(scene.ctx, endpoint.id, { retryScheduleSeconds: [] });
    await using _ = scene.startSender();
    await scene.waitForStatus(await scene.publishOne({ endpointIds: [endpoint.id] }), 'FAILED');
    await scene.createEndpoint({ eventTypes: ['livehook.*'] });
    await scene.waitForStatus((await sendTestEvent(scene.ctx, endpoint.id, null, null)).id, 'FAILED');
    const { rows } = await scene.services.pool.query('SELECT FROM operational_event');
    expect(rows).toEqual([]);
  });
});
