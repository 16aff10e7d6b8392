import { expect, it } from 'vitest';
import { connect } from '../fixtures/client.ts';
import { testRootKey } from '../fixtures/livehook-process.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { answerAfter } from './answers.ts';
import { checkInvariants } from './invariants.ts';
import { startLoad } from './load.ts';
import { createEndpoint, publish, startSystem } from './system.ts';

it('SIGTERM under load drains: no attempt fails for it, sockets are closed with 1001, exit 0', async () => {
  await using receiver = await startReceiver(answerAfter(100));
  await using system = await startSystem({ environment: { ENDPOINT_CONCURRENCY: '64' } });
  const [staying, api, sender] = await Promise.all([
    system.start('api,janitor'),
    system.start('api'),
    system.start('sender'),
  ]);
  await createEndpoint(staying.url, { url: receiver.url });
  await using load = startLoad(() => [staying.url, api.url]);
  const backlog = await publish(staying.url, 1000);
  await using client = connect(api.url, { authorization: `Bearer ${testRootKey}` });
  await client.ready;
  const updates = client.subscribe('subscription { deliveryUpdated { status } }');
  await updates.next();
  await receiver.waitFor(100);

  const exits = await Promise.all([api.stop('SIGTERM'), sender.stop('SIGTERM')]);
  expect(exits).toEqual([0, 0]);
  expect(await client.closed).toMatchObject({ code: 1001 });
  const sent = receiver.requests.length;
  expect(sent).toBeLessThan(1000);
  // Released, recorded or never claimed: the sender has left nothing behind that only its lease would free.
  const { rows } = await system.pool.query("SELECT count(*) AS owned FROM delivery_live WHERE status = 'PROCESSING'");
  expect(rows[0].owned).toBe(0);

  await system.start('sender');
  const accepted = [...(await load.stop()), ...backlog];
  expect(load.problems).toEqual([]);
  const outcome = await checkInvariants(system, { receivers: [receiver], accepted });
  expect(outcome.requests).toBe(accepted.length);
}, 60_000);
