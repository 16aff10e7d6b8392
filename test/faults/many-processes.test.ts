import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../fixtures/client.ts';
import { type LivehookProcess, testRootKey } from '../fixtures/livehook-process.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { answerAfter } from './answers.ts';
import { checkInvariants } from './invariants.ts';
import { askLiveCursor, createEndpoint, publish, type System, startSystem } from './system.ts';

const endpoints = 3;
const eventsPerApi = 200;
const deliveries = endpoints * eventsPerApi * 2;

const subscription = `subscription ($after: String) {
  deliveryUpdated(after: $after) { status skipped delivery { id version } }
}`;

interface Update {
  readonly status: string;
  readonly skipped: number;
  readonly delivery: { readonly id: string; readonly version: number };
}

describe('three sender and two api processes that share one PostgreSQL and one Redis', () => {
  const cleanup = new AsyncDisposableStack();
  let system: System;
  let receiver: Receiver;
  let senders: readonly LivehookProcess[];
  let accepted: string[];
  let feeds: Update[][];

  beforeAll(async () => {
    system = cleanup.use(await startSystem({ environment: { ENDPOINT_CONCURRENCY: '8' } }));
    receiver = cleanup.use(await startReceiver(answerAfter(150)));
    const apis = await Promise.all([system.start('api,janitor'), system.start('api')]);
    senders = await Promise.all([system.start('sender'), system.start('sender'), system.start('sender')]);
    for (let index = 0; index < endpoints; index += 1) await createEndpoint(apis[0].url, { url: receiver.url });

    const feedCursor = await vi.waitFor(() => askLiveCursor(apis[0].url), { timeout: 60_000 });
    const reading = apis.map(({ url }) => readFeed(url, feedCursor));
    const ids = await Promise.all(apis.map(({ url }) => publish(url, eventsPerApi)));
    accepted = ids.flat();
    feeds = await Promise.all(reading);
  });
  afterAll(() => cleanup.disposeAsync());

  it('claim no delivery twice and share the work', async () => {
    const outcome = await checkInvariants(system, { receivers: [receiver], accepted, deliveriesPerEvent: endpoints });
    expect(outcome.requests).toBe(outcome.deliveries);
    const claims = await Promise.all(senders.map(readClaims));
    expect(claims.reduce((sum, each) => sum + each, 0)).toBe(outcome.deliveries);
    for (const each of claims) expect(each).toBeGreaterThan(deliveries / 20);
  });

  it('deliver each transition once and in order to the subscribers of both api processes', () => {
    for (const feed of feeds) {
      expect(feed.filter(update => update.skipped > 0)).toEqual([]);
      const perDelivery = Map.groupBy(feed, update => update.delivery.id);
      expect(perDelivery.size).toBe(accepted.length * endpoints);
      for (const updates of perDelivery.values()) {
        expect(updates.map(({ status, delivery }) => [delivery.version, status])).toEqual([
          [1, 'PENDING'],
          [2, 'PROCESSING'],
          [3, 'SUCCEEDED'],
        ]);
      }
    }
  });
});

/** Reads updates until each delivery has had three. */
async function readFeed(url: string, after: string): Promise<Update[]> {
  await using socket = connect(url, { authorization: `Bearer ${testRootKey}` });
  await socket.ready;
  const updates = socket.subscribe(subscription, { after });
  const read: Update[] = [];
  while (read.length < deliveries * 3) read.push((await updates.next()).data.deliveryUpdated);
  return read;
}

/** The number of deliveries that this process has claimed. */
async function readClaims({ url }: LivehookProcess): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const claims = /^livehook_delivery_transitions_total\{status="PROCESSING"\} (\d+)$/m.exec(metrics)?.[1];
  return Number(claims);
}
