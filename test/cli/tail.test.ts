import { once } from 'node:events';
import { expect, it } from 'vitest';
import { createClient, publishEvent } from '../../src/client/index.ts';
import { startCutProxy } from '../clients/cut-proxy.ts';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { keyOf, parseLines, spawnLivehook } from './run-livehook.ts';

it('livehook tail reports that a server without Redis has restarted, and continues with the feed of the new process', {
  timeout: 180_000,
}, async () => {
  await using first = await openTestApi();
  await using second = await openTestApi();
  let target = first.port;
  await using proxy = await startCutProxy(() => target);
  const tail = spawnLivehook(['--json', 'tail'], keyOf(`http://127.0.0.1:${proxy.port}`));
  const closed = once(tail, 'close');
  let output = '';
  let errors = '';
  tail.stdout.on('data', chunk => (output += chunk));
  tail.stderr.on('data', chunk => (errors += chunk));
  /** Publishes events until tail prints one, because tail prints only events from after it has connected. */
  const publishUntilShown = async (api: TestApi, type: string) => {
    await api.ask(`mutation { createEndpoint(input: { name: "Shop", url: "https://shop.test/", status: PAUSED }) {
      __typename } }`);
    const client = createClient({ url: api.url, apiKey: rootKey });
    await expect
      .poll(async () => {
        await publishEvent(client, { type, payload: null });
        return output;
      })
      .toContain(`"eventType":"${type}"`);
  };
  try {
    await publishUntilShown(first, 'before.test');
    target = second.port;
    proxy.cut();
    proxy.mend();
    await publishUntilShown(second, 'after.test');
    expect(errors).toBe(
      'The server no longer has the updates after the last one shown. Without Redis, a restart loses them. Continuing with new updates.\n',
    );
    expect(parseLines(output).every(update => typeof update.cursor === 'string')).toBe(true);
  } finally {
    tail.kill('SIGTERM');
    await closed;
  }
  expect(tail.exitCode).toBe(0);
});
