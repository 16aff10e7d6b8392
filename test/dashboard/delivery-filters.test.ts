import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { respond } from '../fixtures/behaviours.ts';
import { deliveryRows, findAxeViolations } from '../fixtures/browser.ts';
import { type DashboardSite, openDashboardSite, wait } from '../fixtures/dashboard-site.ts';

let site: DashboardSite;
vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  site = await openDashboardSite();
  site.receiver.play([respond(200), respond(418)]);
  for (const type of ['tea.brewed', 'tea.spilled']) {
    await site.makeEndpoint(`Kitchen ${type}`, type);
    await site.publish(type);
    await site.receiver.next();
  }
}, 180_000);
afterAll(() => site[Symbol.asyncDispose]());

describe('the filter chips', () => {
  it('the filter chips show the count of each choice, and accept a range of status codes that the user types', async () => {
    const page = await site.open({ path: '/deliveries?type=tea.*' });
    await rows(page, 'Failed', 1);
    const chip = await openChip(page, 'Response');
    await expect.poll(() => chip.getByRole('option', { name: '4xx' }).textContent(), wait).toMatch(/1$/);
    await expect.poll(() => chip.getByRole('option', { name: '5xx' }).textContent(), wait).toMatch(/0$/);
    await chip.getByLabel('From').fill('410');
    await chip.getByLabel('To', { exact: true }).fill('4');
    expect(await chip.getByRole('button', { name: 'Add' }).isDisabled()).toBe(true);
    await chip.getByLabel('To', { exact: true }).fill('420');
    await page.keyboard.press('Enter');
    await expect.poll(() => parametersOf(page).getAll('response'), wait).toEqual(['410-420']);
    await rows(page, 'Failed', 1);
    await rows(page, 'Succeeded', 0);
  });

  it('the filter chips filter by a prefix of event types, by failure reason and by error', async () => {
    const page = await site.open({ path: '/deliveries' });
    const chip = await openChip(page, 'Event type');
    await chip.getByLabel('Type or prefix').fill('tea.sp.*');
    await chip.getByRole('button', { name: 'Add' }).click();
    await page.getByText('No matching deliveries').waitFor();
    expect(parametersOf(page).get('type')).toBe('tea.sp.*');
    await page.getByRole('button', { name: 'Clear event type' }).click();
    await (await openChip(page, 'Failure reason')).getByRole('option', { name: 'Retries exhausted' }).click();
    await page.keyboard.press('Escape');
    await (await openChip(page, 'Error')).getByRole('option', { name: 'HTTP error status' }).click();
    await page.keyboard.press('Escape');
    await rows(page, 'Failed', 1);
    await rows(page, 'Succeeded', 0);
  });

  it('the time filter uses the time zone of the browser, or UTC if the user chose it, also after a reload', async () => {
    const page = await site.open({ path: '/deliveries', timezoneId: 'Asia/Tokyo' });
    const chip = await openChip(page, 'Time');
    await chip.getByText('Times are in Asia/Tokyo.').waitFor();
    await chip.getByLabel('From').fill('2020-01-01T09:00');
    await chip.getByLabel('To', { exact: true }).fill('2020-01-01T10:30');
    await chip.getByText('2020-01-01 09:00 to 10:30 GMT+9').waitFor();
    await chip.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('No matching deliveries').waitFor();
    expect(parametersOf(page).get('time')).toBe('2020-01-01T00:00:00.000Z/2020-01-01T01:30:00.000Z');
    await page.getByRole('button', { name: 'Local times. Show times in UTC' }).click();
    await page.getByText('2020-01-01 00:00 to 01:30 UTC').waitFor();
    await page.reload();
    await page.getByText('2020-01-01 00:00 to 01:30 UTC').waitFor();
    await (await openChip(page, 'Time')).getByText('2020-01-01 00:00 to 01:30 UTC').first().waitFor();
    expect(await page.getByLabel('From').inputValue()).toBe('2020-01-01T00:00');
  });

  it('an unknown filter in the URL is shown as unknown, is not sent to the server, and is removed with one click', async () => {
    const page = await site.open({ path: '/deliveries?type=tea.*&status=NOPE&response=9-1&endpoint=ep_1' });
    await rows(page, 'Succeeded', 1);
    await page.getByText('status = NOPE').waitFor();
    await page.getByText('endpoint = ep_1').waitFor();
    await page.getByRole('button', { name: 'Remove unknown filter status' }).click();
    await expect.poll(() => parametersOf(page).get('status'), wait).toBeNull();
    expect(parametersOf(page).get('response')).toBe('9-1');
  });

  it('the views menu saves the current filter under a name, and deletes it', async () => {
    const page = await site.open({ path: '/deliveries?type=tea.*&status=FAILED' });
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save this view…' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Spilled');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Spilled' }).click();
    await expect.poll(() => parametersOf(page).get('status'), wait).toBe('FAILED');
    await page.reload();
    await page.getByRole('button', { name: 'Spilled' }).click();
    await page.getByRole('menuitem', { name: 'Delete view “Spilled”' }).click();
    await page.getByRole('button', { name: 'Views' }).waitFor();
  });

  it('the dialog that a menu opens returns the focus to the button of the menu', async () => {
    const page = await site.open({ path: '/deliveries' });
    const views = page.getByRole('button', { name: 'Views' });
    // The scripts of the menu and of the dialog load when each first opens.
    for (const _opening of ['loading', 'loaded']) {
      await views.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Save this view…' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByLabel('Name').and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await views.and(page.locator(':focus')).waitFor();
    }
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)(
    'the filter chips have no axe violation in the %s theme at a width of %i px',
    async (colorScheme, width) => {
      const options = { colorScheme, viewport: { width, height: 800 } };
      const page = await site.open({ path: '/deliveries?type=tea.*&status=NOPE', ...options });
      await rows(page, 'Succeeded', 1);
      expect(await findAxeViolations(page)).toEqual([]);
      for (const label of ['Response', 'Time']) {
        await openChip(page, label);
        // The hidden dismiss buttons of React Aria for screen readers are outside of any landmark, which the rule
        // `region` reports.
        const violations = (await findAxeViolations(page)).filter(found => !found.startsWith('region:'));
        expect(violations).toEqual([]);
        await page.keyboard.press('Escape');
      }
    },
  );
});

describe('times', () => {
  it('the dashboard displays correct times in a browser whose clock is a day behind', async () => {
    const prepare = async (page: Page) => {
      await page.addInitScript(() => {
        const now = Date.now;
        Date.now = () => now() - 86_400_000;
      });
    };
    const page = await site.open({ path: '/deliveries?type=tea.*', prepare });
    await expect
      .poll(() => page.locator('[data-column="created"] time').first().textContent(), wait)
      .toMatch(/^\S+ ago/);
  });
});

function parametersOf(page: Page): URLSearchParams {
  return new URL(page.url()).searchParams;
}

async function openChip(page: Page, label: string) {
  await page.locator('search button[aria-expanded]', { hasText: label }).click();
  const dialog = page.getByRole('dialog', { name: `Filter by ${label.toLowerCase()}` });
  await dialog.waitFor();
  return dialog;
}

async function rows(page: Page, status: string, count: number): Promise<void> {
  const found = deliveryRows(page).getByText(status, { exact: true });
  await expect.poll(() => found.count(), wait).toBe(count);
}
