import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import { cancelDelivery, createClient, createLiveList, publishEvent } from '../../src/client/index.ts';
import { useDeliveries } from '../../src/client/react.ts';
import { startCutProxy } from '../clients/cut-proxy.ts';
import { openTestApi, rootKey } from '../fixtures/api.ts';

const patiently = { timeout: 60_000 };

it('a live list of deliveries adds, changes and removes rows, and reconnects after its connection was cut', async () => {
  await using api = await openTestApi();
  await api.ask(`mutation { createEndpoint(input: { name: "Shop", url: "https://shop.test/", status: PAUSED }) {
    __typename } }`);
  await using proxy = await startCutProxy(api.port);
  const direct = createClient({ url: api.url, apiKey: rootKey });
  const publish = () => publishEvent(direct, { type: 'live.test', payload: null });
  await publish();
  const list = createLiveList(createClient({ url: `http://127.0.0.1:${proxy.port}`, apiKey: rootKey }), {
    filter: { statuses: ['PENDING'] },
    first: 2,
  });
  expect(list.getSnapshot()).toEqual({ deliveries: [], status: 'loading', error: null });
  const onChange = vi.fn();
  const unsubscribe = list.subscribe(onChange);
  await vi.waitFor(() => expect(list.getSnapshot()).toMatchObject({ status: 'live', deliveries: [{}] }), patiently);
  const [oldest] = list.getSnapshot().deliveries;
  await publish();
  await vi.waitFor(() => expect(list.getSnapshot().deliveries).toHaveLength(2), patiently);
  expect(list.getSnapshot().deliveries[1]).toBe(oldest);

  await cancelDelivery(direct, oldest?.id ?? '');
  await vi.waitFor(() => expect(list.getSnapshot().deliveries).toHaveLength(1), patiently);

  proxy.cut();
  await vi.waitFor(() => expect(list.getSnapshot().status).toBe('reconnecting'), patiently);
  const { id } = await publish();
  proxy.mend();
  await vi.waitFor(() => expect(list.getSnapshot().deliveries[0]?.event.id).toBe(id), patiently);
  expect(list.getSnapshot()).toMatchObject({ status: 'live', error: null });
  unsubscribe();
});

it('a live list of deliveries does not reconnect if its API key is invalid', async () => {
  await using api = await openTestApi();
  const list = createLiveList(createClient({ url: api.url, apiKey: 'wrong' }));
  const unsubscribe = list.subscribe(() => undefined);
  await vi.waitFor(() => expect(list.getSnapshot().status).toBe('failed'), patiently);
  expect(list.getSnapshot().error).toMatchObject({ code: 'UNAUTHORIZED' });
  unsubscribe();
});

it('the hook useDeliveries returns a loading list when React renders on a server', () => {
  const client = createClient({ url: 'http://127.0.0.1:1', apiKey: rootKey });
  const List = () => createElement('p', null, useDeliveries(client, { filter: { statuses: ['FAILED'] } }).status);
  expect(renderToString(createElement(List))).toBe('<p>loading</p>');
});
