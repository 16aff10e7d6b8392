import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  type Client,
  cancelDelivery,
  createClient,
  type DeliveryUpdate,
  getDelivery,
  iterateDeliveries,
  LivehookError,
  listDeliveries,
  publishEvent,
  publishEvents,
  replayDelivery,
  retryDelivery,
  verifyWebhook,
  watchDeliveries,
} from '../../src/client/index.ts';
import { startCutProxy } from '../clients/cut-proxy.ts';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { signAttempt } from './sign.ts';

const cleanup = new AsyncDisposableStack();
let api: TestApi;
let client: Client;

beforeAll(async () => {
  api = cleanup.use(await openTestApi());
  client = createClient({ url: `${api.url}/`, apiKey: rootKey });
  await api.ask(`mutation { createEndpoint(input: { name: "Shop", url: "https://shop.test/hook", status: PAUSED }) {
    __typename } }`);
});
afterAll(() => cleanup.disposeAsync());

it('the client publishes an event once for one idempotency key, and several events in one call', async () => {
  const event = { type: 'order.created', payload: { total: 1 }, idempotencyKey: 'order-1' };
  const first = await publishEvent(client, event);
  expect(first).toMatchObject({ id: expect.stringMatching(/^evt_/), type: 'order.created' });
  expect((await publishEvent(client, event)).id).toBe(first.id);
  const several = await publishEvents(client, [
    { type: 'order.paid', payload: null },
    { type: 'order.shipped', payload: [1] },
  ]);
  expect(several.map(({ type }) => type)).toEqual(['order.paid', 'order.shipped']);
});

it('the client lists deliveries page by page, and reads, cancels, retries and replays them', async () => {
  await publishEvents(
    client,
    Array.from({ length: 5 }, (_, index) => ({ type: 'invoice.sent', payload: { index } })),
  );
  const filter = { eventTypes: ['invoice.sent'] };
  const page = await listDeliveries(client, { filter, first: 2 });
  expect(page.deliveries).toHaveLength(2);
  expect(page.nextCursor).not.toBeNull();
  const ids: string[] = [];
  for await (const { id } of iterateDeliveries(client, { filter, first: 2 })) ids.push(id);
  expect(new Set(ids).size).toBe(5);

  const [id = ''] = ids;
  expect(await getDelivery(client, id)).toMatchObject({ id, status: 'PENDING', endpoint: { name: 'Shop' } });
  expect(await cancelDelivery(client, id)).toMatchObject({ id, status: 'FAILED', failureReason: 'CANCELED' });
  expect(await retryDelivery(client, id)).toMatchObject({ id, status: 'PENDING' });
  const replay = await replayDelivery(client, id);
  expect(replay.id).not.toBe(id);
  await expect(retryDelivery(client, id)).rejects.toMatchObject({ code: 'INVALID_STATE', isRetryable: false });
  expect(await getDelivery(client, id.replace(/.{4}$/, '0000'))).toBeNull();
});

it('the client reports a wrong key, a malformed id and an unreachable server as a LivehookError', async () => {
  const otherTenant = createClient({ url: api.url, apiKey: 'wrong' });
  await expect(getDelivery(otherTenant, 'dlv_1')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  await expect(getDelivery(client, 'nonsense')).rejects.toBeInstanceOf(LivehookError);
  const nobody = createClient({ url: 'http://127.0.0.1:1', apiKey: rootKey });
  await expect(getDelivery(nobody, 'dlv_1')).rejects.toMatchObject({ code: 'NETWORK', isRetryable: true });
});

it('a watch of deliveries reconnects and continues without a gap after its connection was cut', async () => {
  await using proxy = await startCutProxy(api.port);
  const cuttable = createClient({ url: `http://127.0.0.1:${proxy.port}`, apiKey: rootKey });
  const { feedCursor } = await listDeliveries(client);
  const stopping = new AbortController();
  const updates: DeliveryUpdate[] = [];
  const onReconnect = vi.fn();
  const watching = (async () => {
    const options = {
      filter: { eventTypes: ['cut.test'] },
      after: feedCursor ?? '',
      signal: stopping.signal,
      onReconnect,
    };
    for await (const update of watchDeliveries(cuttable, options)) updates.push(update);
  })();
  const publish = () => publishEvent(client, { type: 'cut.test', payload: null });
  try {
    await publish();
    await vi.waitFor(() => expect(updates).toHaveLength(1), { timeout: 60_000 });
    proxy.cut();
    await publish();
    await vi.waitFor(() => expect(onReconnect).toHaveBeenCalled(), { timeout: 60_000 });
    proxy.mend();
    await publish();
    await vi.waitFor(() => expect(updates).toHaveLength(3), { timeout: 60_000 });
  } finally {
    stopping.abort();
    await watching;
  }
  expect(new Set(updates.map(({ delivery }) => delivery.id)).size).toBe(3);
  for (const [error] of onReconnect.mock.calls) {
    expect(error).toMatchObject({
      name: 'LivehookError',
      code: 'NETWORK',
      message: expect.stringMatching(/Livehook|server/),
    });
  }
});

it('a watch of deliveries ends with an error that contains the reason if a retry cannot help', async () => {
  const otherTenant = createClient({ url: api.url, apiKey: 'wrong' });
  await expect(watchDeliveries(otherTenant).next()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});

it('the client verifies webhook signatures, and rejects a changed body, another secret and an old timestamp', async () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const body = '{"total":1}';
  const headers = signAttempt({ id: 'evt_1', timestamp: Math.floor(Date.now() / 1000), body, secret });
  expect(await verifyWebhook(body, headers, secret)).toEqual({ total: 1 });
  expect(await verifyWebhook(new TextEncoder().encode(body), new Headers(headers), ['whsec_AAAA', secret])).toEqual({
    total: 1,
  });
  const rejected = { code: 'INVALID_SIGNATURE' };
  await expect(verifyWebhook(`${body} `, headers, secret)).rejects.toMatchObject(rejected);
  await expect(verifyWebhook(body, headers, 'whsec_AAAA')).rejects.toMatchObject(rejected);
  await expect(verifyWebhook(body, {}, secret)).rejects.toMatchObject(rejected);
  const later = { nowMs: Date.now() + 400_000 };
  await expect(verifyWebhook(body, headers, secret, later)).rejects.toMatchObject(rejected);
});
