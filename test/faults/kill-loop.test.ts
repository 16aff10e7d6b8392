import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startReceiver } from '../fixtures/receiver.ts';
import { answerAfter } from './answers.ts';
import { checkInvariants } from './invariants.ts';
import { startLoad } from './load.ts';
import { createEndpoint, startSystem } from './system.ts';

const rounds = 5;
const roundMs = 2000;
const concurrency = 128;

it('no delivery is lost while a sender and an api are killed every two seconds', async () => {
  await using receiver = await startReceiver(answerAfter(300));
  await using system = await startSystem({
    environment: {
      DELIVERY_TIMEOUT_MS: '1000',
      SENDER_CONCURRENCY: `${concurrency}`,
      ENDPOINT_CONCURRENCY: `${concurrency}`,
    },
  });
  const lasting = await system.start('api,janitor');
  await createEndpoint(lasting.url, { url: receiver.url });
  let [api, sender] = [await system.start('api'), await system.start('sender')];
  await using load = startLoad(() => [lasting.url, api.url]);

  for (let round = 0; round < rounds; round += 1) {
    // Waits for a fixed time, because this test is about the pause between two kills.
    await delay(roundMs);
    await Promise.all([api.stop('SIGKILL'), sender.stop('SIGKILL')]);
    [api, sender] = await Promise.all([system.start('api'), system.start('sender')]);
  }
  const accepted = await load.stop();
  expect(load.problems).toEqual([]);
  expect(load.refusals).toBeGreaterThan(0);

  // A killed sender loses the requests in flight and the claimed deliveries, of which it has at most four for each
  // slot.
  const maxInterrupted = rounds * concurrency * 5;
  const outcome = await checkInvariants(system, { receivers: [receiver], accepted, maxInterrupted, withinMs: 60_000 });
  expect(outcome.errors.INTERRUPTED).toBeGreaterThan(0);
}, 240_000);
