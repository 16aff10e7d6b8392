import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { openScene, type Scene, until } from '../domain/scene.ts';
import { startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

// Lengths around 16,384 bytes, the maximum up to which a claim returns the payload itself, and a large one.
const lengths = [16_383, 16_384, 16_385, 200_000];

it('payloads of every length reach the receiver byte for byte, both unchanged and rendered by a template', async () => {
  await using receiver = await startReceiver();
  const plain = await scene.createEndpoint({ url: `${receiver.url}/plain` });
  const templated = await scene.createEndpoint({
    url: `${receiver.url}/templated`,
    bodyTemplate: '{{ payload | json }}',
  });
  // Payloads with a character that takes two bytes in UTF-8, so that length in bytes and characters differ.
  const texts = lengths.map(length => `"\u00e9${'x'.repeat(length - 4)}"`);
  const inputs = texts.map(payloadText => ({ type: 'a', payloadText, endpointIds: [plain.id, templated.id] }));
  await publishEvents(scene.ctx, inputs, 'inputs');
  await using _sender = scene.startSender();
  await receiver.waitFor(2 * lengths.length);
  await until(async () => expect(await scene.countByStatus()).toEqual({ SUCCEEDED: 2 * lengths.length }));
  for (const path of ['/plain', '/templated']) {
    const bodies = receiver.requests.filter(({ url }) => url === path).map(({ body }) => body.toString());
    expect(bodies.toSorted((a, b) => a.length - b.length)).toEqual(texts);
  }
});
