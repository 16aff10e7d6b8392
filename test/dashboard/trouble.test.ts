import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { respond } from '../fixtures/behaviours.ts';
import { deliveryRows } from '../fixtures/browser.ts';
import { type DashboardSite, openDashboardSite, wait } from '../fixtures/dashboard-site.ts';
import { startRedis } from '../fixtures/redis.ts';
import type { RedisProcess } from '../fixtures/redis-process.ts';

let site: DashboardSite;
let redis: RedisProcess;

vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  redis = await startRedis();
  site = await openDashboardSite({ REDIS_URL: redis.url });
}, 180_000);
afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await redis?.[Symbol.asyncDispose]();
});

it('without Redis, the delivery log polls and says that live updates are paused, until Redis is back', async () => {
  await site.makeEndpoint('Watched', 'watched.*');
  await redis.kill();
  const page = await site.open({ path: '/deliveries?type=watched.one&type=watched.two' });
  await page.getByText('Live updates paused', { exact: true }).waitFor();
  await page.getByText('No matching deliveries').waitFor();
  site.receiver.play(respond(500));
  await site.publish('watched.one');
  const row = (type: string) => deliveryRows(page).filter({ hasText: type });
  await row('watched.one').getByText('Failed').waitFor();
  await page.getByText('Live updates paused', { exact: true }).waitFor();

  const { deliveries } = await site.ask('{ deliveries(filter: { eventTypes: ["watched.one"] }) { nodes { id } } }', {});
  const [{ id }] = deliveries.nodes;
  const opened = await site.open({ path: `/deliveries/${id}` });
  const detail = opened.getByRole('complementary', { name: 'Delivery' });
  await detail.locator('header').getByText('Failed').waitFor();
  site.receiver.play(respond(200));
  await site.ask('mutation ($id: ID!) { retryDelivery(id: $id) { __typename } }', { id });
  await detail.locator('header').getByText('Succeeded').waitFor();
  await detail.getByText('#2').waitFor();
  await opened.close();
  await row('watched.one').getByText('Succeeded').waitFor();

  await redis.start();
  await page.getByText('Live', { exact: true }).waitFor();
  await site.publish('watched.two');
  await row('watched.two').getByText('Succeeded').waitFor();
  await page.close();
});

it.each([-3_600_000, 3_600_000])(
  "the delivery log shows, counts and retries the same deliveries if the browser's clock is off by %i ms",
  async clockOffsetMs => {
    const type = `clock.${clockOffsetMs > 0 ? 'ahead' : 'behind'}`;
    site.receiver.play(respond(500));
    const endpointId = await site.makeEndpoint(`Clock ${type}`, type);
    for (let count = 0; count < 3; count += 1) await site.publish(type);
    await expectStatuses(endpointId, ['FAILED', 'FAILED', 'FAILED']);
    const page = await site.open({ path: `/deliveries?type=${type}&time=1h`, clockOffsetMs });
    await expect.poll(() => deliveryRows(page).count(), wait).toBe(3);
    const heading = page.getByRole('heading', { name: 'Deliveries', exact: true });
    await expect.poll(() => heading.locator('xpath=following-sibling::span[1]').innerText(), wait).toBe('3');
    site.receiver.play(respond(200));
    await page.getByRole('button', { name: 'Bulk actions' }).click();
    await page.getByRole('menuitem', { name: /^Retry/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retry 3' }).click();
    await page.getByRole('dialog').getByText('3 of 3 queued for retry').waitFor();
    await expectStatuses(endpointId, ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    await page.close();
  },
);

it('the latency filter lists the deliveries whose latency is within its range', async () => {
  site.receiver.play(respond(200));
  const endpointId = await site.makeEndpoint('Quick', 'quick.one');
  await site.publish('quick.one');
  await expectStatuses(endpointId, ['SUCCEEDED']);
  const page = await site.open({ path: '/deliveries?type=quick.one' });
  const row = deliveryRows(page).filter({ hasText: 'Quick' });
  await row.waitFor();
  const apply = async (from: string, to: string) => {
    await page
      .getByRole('search')
      .getByRole('button', { name: /^Latency/ })
      .click();
    await page.getByLabel('From (ms)').fill(from);
    await page.getByLabel('To (ms)').fill(to);
    await page.getByRole('button', { name: 'Apply' }).click();
  };
  await apply('600000', '');
  await page.getByText('No matching deliveries').waitFor();
  expect(new URL(page.url()).searchParams.get('latency')).toBe('600000-');
  await apply('', '600000');
  await row.waitFor();
  expect(new URL(page.url()).searchParams.get('latency')).toBe('-600000');
  await page.close();
});

it('the endpoint list is sorted by success rate', async () => {
  site.receiver.play(respond(500));
  const bad = await site.makeEndpoint('Sorted bad', 'sorted.bad');
  await site.publish('sorted.bad');
  await expectStatuses(bad, ['FAILED']);
  site.receiver.play(respond(200));
  const good = await site.makeEndpoint('Sorted good', 'sorted.good');
  await site.publish('sorted.good');
  await expectStatuses(good, ['SUCCEEDED']);
  const page = await site.open({ path: '/endpoints?q=sorted' });
  const names = () => page.getByRole('link', { name: /^Sorted/ }).allInnerTexts();
  await expect.poll(names, wait).toEqual(['Sorted good', 'Sorted bad']);
  await page.getByRole('radio', { name: 'Success rate' }).click();
  await expect.poll(names, wait).toEqual(['Sorted bad', 'Sorted good']);
  expect(new URL(page.url()).searchParams.get('sort')).toBe('success');
  await page.close();
});

it('a half-filled form stays when the time zone is switched', async () => {
  const page = await site.open({ path: '/endpoints/new', timezoneId: 'Asia/Tokyo' });
  await page.getByLabel('Name', { exact: true }).fill('Half filled');
  await page.getByRole('button', { name: /^Local times/ }).click();
  await page.getByRole('button', { name: /^Times in UTC/ }).waitFor();
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Half filled');
  await page.close();
});

async function expectStatuses(endpointId: string, statuses: readonly string[]): Promise<void> {
  const query = 'query ($id: ID!) { deliveries(filter: { endpointIds: [$id] }) { nodes { status } } }';
  const read = async () =>
    (await site.ask(query, { id: endpointId })).deliveries.nodes.map(({ status }: { status: string }) => status);
  await expect.poll(read, wait).toEqual(statuses);
}
