import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formatId } from '../../src/ids.ts';
import { deliveryRows } from '../fixtures/browser.ts';
import { type DashboardSite, openDashboardSite, wait } from '../fixtures/dashboard-site.ts';
import { aDelivery, anEndpoint, seedDeliveries, seedEndpoints, uuidAt } from '../fixtures/seed-deliveries.ts';

const seeded = 20_000;
/** A number of rows that is larger than the log keeps at once. */
const scrolled = 2_300;
let site: DashboardSite;
/** The ids of all deliveries, newest first. */
let ids: string[];
vi.setConfig({ testTimeout: 240_000 });

beforeAll(async () => {
  site = await openDashboardSite();
  const endpoint = anEndpoint({ name: 'Long history' });
  await seedEndpoints(site.database.pool, [endpoint]);
  const startMs = Date.now() - seeded * 100;
  const deliveries = Array.from({ length: seeded }, (_, index) =>
    aDelivery({
      id: uuidAt(startMs + index * 100),
      endpointId: endpoint.id,
      eventType: 'long.ago',
      status: 'SUCCEEDED',
    }),
  );
  await seedDeliveries(site.database.pool, deliveries);
  ids = deliveries.map(({ id }) => `row-${formatId('dlv', id)}`).reverse();
}, 240_000);
afterAll(() => site[Symbol.asyncDispose]());

describe('20,000 deliveries', () => {
  it('the delivery log scrolls down and up through 20,000 deliveries without gaps or duplicates, with a bounded number of rows in the DOM', async () => {
    const page = await site.open({ path: '/deliveries?type=long.ago' });
    await page.locator(`#${ids[0]}`).waitFor();
    let last = 0;
    while (last < scrolled) {
      const before = last;
      await scroll(page, 'down');
      await expect.poll(async () => (last = await checkOrder(page)), wait).toBeGreaterThan(before);
    }
    // The log has dropped the first rows, and loads them again when the user scrolls up.
    await page.getByRole('button', { name: 'Back to top' }).waitFor();
    await expect
      .poll(
        async () => {
          await scroll(page, 'up');
          await checkOrder(page);
          return firstRow(page);
        },
        { timeout: 120_000 },
      )
      .toBe(ids[0]);
    await page.getByRole('button', { name: 'Back to top' }).waitFor({ state: 'detached' });
  });

  it('the button above a scrolled delivery log jumps to the newest deliveries', async () => {
    await site.makeEndpoint('Newcomer', 'long.ago');
    const page = await site.open({ path: '/deliveries?type=long.ago' });
    await page.locator(`#${ids[0]}`).waitFor();
    await scroll(page, 'down');
    await page.locator(`#${ids[0]}`).waitFor({ state: 'detached' });
    await site.publish('long.ago');
    // The button can count two new deliveries, because the endpoint with the long history also receives the event.
    await page.getByRole('button', { name: /^[12] new$/ }).click();
    await deliveryRows(page).filter({ hasText: 'Newcomer' }).waitFor();
    await page.locator(`#${ids[0]}`).waitFor();
  });
});

describe('a gap in the feed', () => {
  it('the delivery log reloads its rows after the server has restarted with a new feed', async () => {
    await site.makeEndpoint('Restarted', 'after.restart');
    const page = await site.open({ path: '/deliveries?type=after.restart' });
    await page.getByText('No matching deliveries').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    const endpoint = anEndpoint({ name: 'Written meanwhile' });
    await site.restart(async () => {
      await seedEndpoints(site.database.pool, [endpoint]);
      const delivery = aDelivery({ endpointId: endpoint.id, eventType: 'after.restart', status: 'SUCCEEDED' });
      await seedDeliveries(site.database.pool, [delivery]);
    });
    await deliveryRows(page).filter({ hasText: 'Written meanwhile' }).waitFor();
    await site.publish('after.restart');
    await deliveryRows(page).filter({ hasText: 'Restarted' }).waitFor();
  });

  it('the delivery log reloads its rows if the server reports skipped updates', async () => {
    await site.makeEndpoint('Skipped', 'skipped.updates');
    let lost = 0;
    let isSlow = true;
    let hasTold = false;
    const page = await site.open({
      path: '/deliveries?type=skipped.updates',
      prepare: opened =>
        opened.routeWebSocket('**/graphql', socket => {
          const server = socket.connectToServer();
          server.onMessage(message => {
            const text = String(message);
            if (!text.includes('"deliveryUpdated"')) return socket.send(message);
            if (isSlow) lost += 1;
            else socket.send(hasTold ? message : text.replace('"skipped":0', '"skipped":3'));
            hasTold ||= !isSlow;
          });
        }),
    });
    await page.getByText('No matching deliveries').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await site.publish('skipped.updates');
    await expect.poll(() => lost, wait).toBeGreaterThanOrEqual(3);
    isSlow = false;
    await site.publish('skipped.updates');
    await expect.poll(() => deliveryRows(page).getByText('Succeeded').count(), wait).toBe(2);
  });
});

async function scroll(page: Page, where: 'up' | 'down'): Promise<void> {
  await page.getByRole('grid', { name: 'Deliveries' }).evaluate((grid, way) => {
    grid.scrollTop = way === 'up' ? 0 : grid.scrollHeight;
  }, where);
}

/** Checks that the rows in the DOM are consecutive deliveries in the full order. @returns the index of the last row. */
async function checkOrder(page: Page): Promise<number> {
  const shown = await page.locator('[role="rowgroup"]').evaluate(body => [...body.children].map(row => row.id));
  const start = ids.indexOf(shown[0] ?? '');
  expect(shown).toEqual(ids.slice(start, start + shown.length));
  expect(shown.length).toBeLessThan(60);
  return start + shown.length - 1;
}

function firstRow(page: Page): Promise<string | null> {
  return deliveryRows(page).first().getAttribute('id');
}
