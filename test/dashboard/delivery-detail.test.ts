import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { respond } from '../fixtures/behaviours.ts';
import { deliveryRows, findAxeViolations } from '../fixtures/browser.ts';
import { type DashboardSite, openDashboardSite, wait } from '../fixtures/dashboard-site.ts';

let site: DashboardSite;
vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  site = await openDashboardSite();
}, 180_000);
afterAll(() => site[Symbol.asyncDispose]());

describe('a delivery', () => {
  it('the Cancel button of a retrying delivery cancels it', async () => {
    site.receiver.play(respond(500));
    await site.makeEndpoint('Waiting', 'cancel.me', [3600]);
    await site.publish('cancel.me');
    const detail = await openFirst(await site.open({ path: '/deliveries?type=cancel.me' }), 'Retrying');
    await detail.getByText(/Attempt 2 of 2 in/).waitFor();
    await detail.getByRole('button', { name: 'Cancel' }).click();
    await detail.getByText('Canceled manually.').waitFor();
    await detail.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached' });
  });

  it('a delivery is replayed to another endpoint, and the two deliveries link to each other', async () => {
    site.receiver.play(respond(200));
    await site.makeEndpoint('Here', 'replay.me');
    await site.makeEndpoint('Elsewhere', 'never.sent');
    await site.publish('replay.me');
    const page = await site.open({ path: '/deliveries?type=replay.me' });
    const detail = await openFirst(page, 'Succeeded');
    const first = new URL(page.url()).pathname;
    await detail.getByRole('button', { name: 'Replay' }).click();
    await page.getByRole('menuitem', { name: 'To Elsewhere' }).click();
    await detail.getByText('Replay of').waitFor();
    expect(new URL(page.url()).pathname).not.toBe(first);
    await detail.locator('dl').last().getByText('Elsewhere').waitFor();
    await detail.locator('dl').last().getByRole('button', { name: 'Succeeded' }).click();
    await expect.poll(() => new URL(page.url()).pathname, wait).toBe(first);
    await detail.getByText('Replays').waitFor();
  });

  it('a held Enter key, or a second click before the server has responded, replays a delivery once', async () => {
    site.receiver.play(respond(200));
    await site.makeEndpoint('Once', 'replay.once');
    const { publishEvent } = await site.ask(
      'mutation { publishEvent(input: { type: "replay.once", payloadText: "{}" }) { ... on Event { id } } }',
      {},
    );
    const page = await site.open({ path: `/events/${publishEvent.id}` });
    const replay = page.getByRole('button', { name: 'Replay to Once' });
    await replay.focus();
    await page.keyboard.down('Enter');
    for (let repeat = 0; repeat < 5; repeat += 1) await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    await expect.poll(() => replay.count(), wait).toBe(2);
    await page.getByText('Replay created').first().waitFor();
    // The response to each of two clicks is held back until both have been made.
    const requests: string[] = [];
    const mayRespond = Promise.withResolvers<void>();
    await page.route('**/graphql', async route => {
      const body = route.request().postData() ?? '';
      if (!body.includes('ReplayDelivery')) return route.continue();
      requests.push(body);
      await mayRespond.promise;
      await route.continue();
    });
    await replay.first().click();
    await expect.poll(() => replay.first().getAttribute('aria-disabled'), wait).toBe('true');
    await replay.first().click({ force: true });
    await expect.poll(() => requests.length, wait).toBe(1);
    mayRespond.resolve();
    await expect.poll(() => replay.count(), wait).toBe(3);
    expect(requests).toHaveLength(1);
  });

  it('the comparison of two attempts shows their differences, and can be operated with the keyboard', async () => {
    site.receiver.play([respond(500, { body: 'down' }), respond(503, { body: 'still down' }), respond(200)]);
    await site.makeEndpoint('Compared', 'compare.me', [0, 0]);
    await site.publish('compare.me');
    const page = await site.open({ path: '/deliveries?type=compare.me' });
    const detail = await openFirst(page, 'Succeeded');
    await detail.getByRole('button', { name: 'Compare' }).click();
    const dialog = page.getByRole('dialog', { name: 'Compare attempts' });
    await dialog.getByRole('row', { name: 'Outcome 503 200' }).waitFor();
    await dialog.getByRole('button', { name: /First attempt/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: '#1 500' }).waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await dialog.getByRole('row', { name: 'Outcome 500 200' }).waitFor();
    // The comparison lists bodies first. It leaves out headers that are equal, or that differ in every attempt.
    expect(await dialog.getByRole('rowheader').allTextContents()).toEqual(['Response body', 'Outcome', 'Error']);
    expect(await findAxeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('the delivery detail shows the reason and the response at 800 px height without scrolling, the body before the headers', async () => {
    site.receiver.play(respond(500, { body: 'out of stock', headers: { 'x-shop': 'closed' } }));
    await site.makeEndpoint('Small screen', 'small.screen', [3600]);
    await site.publish('small.screen');
    const page = await site.open({ path: '/deliveries?type=small.screen', viewport: { width: 1280, height: 800 } });
    const detail = await openFirst(page, 'Retrying');
    const topOf = async (text: string) => (await detail.getByText(text).first().boundingBox())?.y ?? Number.NaN;
    const [reason, body, header] = [await topOf('HTTP 500'), await topOf('out of stock'), await topOf('x-shop')];
    expect(reason).toBeLessThan(body);
    expect(body).toBeLessThan(780);
    expect(body).toBeLessThan(header);
    expect(await findAxeViolations(page)).toEqual([]);
  });

  it('the delivery detail shows the request that was not sent because the connection failed', async () => {
    const id = await site.makeEndpoint('Refusing', 'refused.one');
    const change = (input: object) =>
      site.ask(
        'mutation ($id: ID!, $input: UpdateEndpointInput!) { updateEndpoint(id: $id, input: $input) { __typename } }',
        { id, input },
      );
    await change({
      url: 'http://127.0.0.1:1/prepared/{{ payload.shop }}',
      bodyTemplate: '{"isPrepared":"{{ payload.shop }}"}',
      headers: [{ name: 'x-own', value: 'shown', secret: false }],
    });
    await site.publish('refused.one', '{"shop":"north"}');
    const detail = await openFirst(await site.open({ path: '/deliveries?type=refused.one' }), 'Failed');
    await detail.getByText('No response received.').waitFor();
    // The request of the attempt is shown, and not one that the endpoint would get now.
    await change({ url: `${site.receiver.url}/mended`, bodyTemplate: null, headers: [] });
    await detail.getByRole('tab', { name: 'Request' }).click();
    await detail.getByText('No request was sent (Connection refused). Prepared request:').waitFor();
    const request = detail.getByRole('tabpanel', { name: 'Request' });
    await request.getByText('http://127.0.0.1:1/prepared/north').waitFor();
    await request.getByText('"isPrepared": "north"').waitFor();
    await request.locator('dl > div', { hasText: 'x-own' }).getByText('shown').waitFor();
    await request.getByText('webhook-signature', { exact: true }).waitFor();
  });

  it('the delivery log and the delivery detail show why a delivery is on hold, and link to its endpoint', async () => {
    const id = await site.makeEndpoint('Held', 'held.one');
    await site.ask(`mutation { updateEndpoint(id: "${id}", input: { status: PAUSED }) { __typename } }`, {});
    await site.publish('held.one');
    const page = await site.open({ path: '/deliveries?type=held.one' });
    await deliveryRows(page)
      .getByTitle(/^On hold: the endpoint is paused\./)
      .waitFor();
    const detail = await openFirst(page, 'Pending');
    await detail.locator('[data-banner]').getByText('On hold: the endpoint is paused.').waitFor();
    await detail.getByRole('link', { name: 'Held' }).click();
    await expect.poll(() => new URL(page.url()).pathname, wait).toBe(`/endpoints/${id}`);
  });

  it("the log and the detail show when the next attempt is, and why it is on hold, if the browser's clock is an hour ahead", async () => {
    site.receiver.play(respond(500));
    const id = await site.makeEndpoint('Next', 'next.one', [600]);
    await site.publish('next.one');
    const page = await site.open({ path: '/deliveries?type=next.one', clockOffsetMs: 3_600_000 });
    const cell = deliveryRows(page).first().locator('[data-column="attempts"]');
    // The retry is due 600 s after the failed attempt, with a jitter of 10%.
    const countdown = /Next attempt in (\d|1[01])m( \d+s)?$/;
    await expect.poll(() => cell.innerText(), wait).toMatch(countdown);
    const first = await cell.innerText();
    await expect.poll(() => cell.innerText(), wait).not.toBe(first);
    expect(await cell.innerText()).toMatch(countdown);
    const detail = await openFirst(page, 'Retrying');
    await detail.getByText(/^Attempt 2 of 2 in (\d|1[01])m( \d+s)?\./).waitFor();
    // The page learns by polling that the endpoint is paused, because the feed sends nothing about it.
    await site.ask(`mutation { updateEndpoint(id: "${id}", input: { status: PAUSED }) { __typename } }`, {});
    await detail.getByText('On hold: the endpoint is paused.').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => cell.innerText(), wait).toMatch(/On hold: endpoint paused$/);
    await page.close();
  });

  it('the delivery log counts down to the next attempt, and then shows that it is due', async () => {
    site.receiver.play(respond(500));
    await site.makeEndpoint('Soon', 'due.soon', [3600]);
    await site.publish('due.soon');
    const soon = new Date(Date.now() + 5_000).toISOString();
    const page = await site.open({
      path: '/deliveries?type=due.soon',
      prepare: async opened => {
        await opened.route('**/graphql', async route => {
          const response = await route.fetch();
          const body = (await response.text()).replaceAll(/"nextAttemptAt":"[^"]+"/g, `"nextAttemptAt":"${soon}"`);
          await route.fulfill({ response, body });
        });
      },
    });
    const cell = deliveryRows(page).first().locator('[data-column="attempts"]');
    await expect.poll(() => cell.innerText(), wait).toMatch(/Due now$/);
    await page.close();
  });

  it('a delivery opened by its link shows each new status without a live connection, and when its tab is shown again', async () => {
    site.receiver.play(respond(500));
    await site.makeEndpoint('Linked', 'linked.one', [3600]);
    await site.publish('linked.one');
    const read = async () =>
      (await site.ask('{ deliveries(filter: { eventTypes: ["linked.one"] }) { nodes { id status } } }', {})).deliveries
        .nodes[0];
    await expect.poll(async () => (await read())?.status, wait).toBe('RETRYING');
    const { id } = await read();
    const retry = () => site.ask(`mutation { retryDelivery(id: "${id}") { __typename } }`, {});
    const page = await site.open({
      path: `/deliveries/${id}`,
      prepare: async opened => {
        await opened.routeWebSocket('**/graphql', socket => void socket.close({ code: 1001 }));
        await opened.addInitScript(() => Object.defineProperty(document, 'hidden', { value: false, writable: true }));
      },
    });
    const detail = page.getByRole('complementary', { name: 'Delivery' });
    await detail.locator('header').getByText('Retrying').waitFor();
    await page.getByText('Reconnecting', { exact: true }).waitFor();
    await retry();
    await detail.locator('header').getByText('Failed').waitFor();
    await detail.getByText('All 2 attempts failed.').waitFor();
    await detail.getByText('#2').waitFor();

    const setHidden = (isHidden: boolean) =>
      page.evaluate(value => {
        Object.assign(document, { hidden: value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, isHidden);
    await setHidden(true);
    site.receiver.play(respond(200));
    await retry();
    await expect.poll(async () => (await read())?.status, wait).toBe('SUCCEEDED');
    await setHidden(false);
    await detail.locator('header').getByText('Succeeded').waitFor();
    await detail.getByText('#3').waitFor();
    await page.close();
  });

  it('the copy menu of a delivery copies a curl command, a GraphQL query and the IDs', async () => {
    site.receiver.play(respond(200));
    const endpointId = await site.makeEndpoint('Copied', 'copy.me');
    await site.publish('copy.me', `{"note":"it's"}`);
    const page = await site.open({
      path: '/deliveries?type=copy.me',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const detail = await openFirst(page, 'Succeeded');
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const copy = async (name: string) => {
      await detail.getByRole('button', { name: 'Copy', exact: true }).click();
      await page.getByRole('menuitem', { name }).click();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    const read = (name: string) => expect.poll(() => copy(name), wait);
    await read('As curl').toContain(`curl -i -X POST '${site.receiver.url}`);
    await read('As curl').toContain(String.raw`--data-raw '{"note":"it'\''s"}'`);
    await read('As curl').toContain("-H 'webhook-signature: v1,");
    await read('As GraphQL').toContain(`delivery(id: "${id}")`);
    await read('Delivery ID').toBe(id);
    await read('Event ID').toMatch(/^evt_/);
    await read('Endpoint ID').toBe(endpointId);
    await read('Link to this page').toBe(page.url());
  });
});

/** Opens the first row once it has this status. */
async function openFirst(page: Page, status: string) {
  const row = deliveryRows(page).first();
  await row.getByText(status, { exact: true }).waitFor();
  await row.click();
  const detail = page.getByRole('complementary', { name: 'Delivery' });
  await detail.locator('header').getByText(status, { exact: true }).waitFor();
  return detail;
}
