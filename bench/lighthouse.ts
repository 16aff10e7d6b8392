import lighthouse, { desktopConfig, type Flags } from 'lighthouse';
import { type BrowserContext, chromium } from 'playwright-core';
import { findFreePort } from '../src/database/embedded/free-port.ts';
import { openBrowser } from '../test/fixtures/browser.ts';
import { buildDashboard } from '../test/fixtures/dashboard-build.ts';
import { insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { openBenchDatabase } from './fixtures/database.ts';
import { startLivehook } from './fixtures/livehook.ts';
import { openPublisher, type Publisher } from './fixtures/publisher.ts';
import { startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
const events = 200;

/** The path of a page, and the heading that shows that a signed-in user sees the page. */
type Screen = readonly [path: string, heading: string | RegExp];

const screens: readonly Screen[] = [
  ['/overview', 'Overview'],
  ['/deliveries', 'Deliveries'],
  ['/endpoints', 'Endpoints'],
  ['/endpoints/new', 'New endpoint'],
  ['/failures', 'Failures'],
  ['/operations', 'Bulk operations'],
  ['/keys', 'API keys'],
  ['/redaction', 'Redaction'],
  ['/audit', 'Audit log'],
  ['/tenants', 'Tenants'],
];

/** Prints the Lighthouse scores of the sign-in page and of every screen with rows. 100 is the maximum. */
export async function benchLighthouse(): Promise<void> {
  await using cleanup = openCleanup();
  await buildDashboard();
  const database = await openBenchDatabase(cleanup);
  const sink = cleanup.use(await startSink());
  await insertEndpoints(database, { url: `${sink.url}/ok`, count: 1, eventTypes: 'page' });
  const livehook = cleanup.use(await startLivehook(database));
  const publisher = cleanup.use(openPublisher(livehook, 1));
  const [eventId] = await publisher.publishMany(
    Array.from({ length: events }, () => ({ type: 'page.1', payload: '{}' })),
  );
  const port = await findFreePort();
  const browser = await openBrowser([`--remote-debugging-port=${port}`]);
  cleanup.defer(() => browser.close());

  const audits: Audit[] = [];
  const auditBoth = async (path: string) => {
    for (const device of ['desktop', 'mobile'] as const) audits.push(await audit(livehook.url, path, device, port));
  };
  await auditBoth('/');
  const context = await signIn(port, livehook.key);
  for (const [path, heading] of [...screens, ...(await findObjectPages(publisher, eventId ?? ''))]) {
    const page = await context.newPage();
    await page.goto(livehook.url + path);
    await page.getByRole('heading', { name: heading, exact: true }).first().waitFor();
    await page.close();
    await auditBoth(path);
  }
  printTable(
    'lighthouse: 100 is the maximum; mobile is throttled to a slow telephone',
    ['page', ...categories, 'largest paint', 'blocked', 'layout shift'],
    audits.map(({ name, values }) => [name, ...values]),
  );
  const findings = audits.flatMap(({ name, failed }) => failed.map(finding => `${name}: ${finding}`));
  console.log(findings.length > 0 ? `\nwhat it found:\n${findings.join('\n')}` : '\nit found nothing');
}

/**
 * Stores the key for every page that this browser opens from now on, so that it is signed in. This includes the pages
 * that Lighthouse opens.
 */
async function signIn(port: number, key: string): Promise<BrowserContext> {
  const remote = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const [context] = remote.contexts();
  if (!context) throw new Error('The browser has no context.');
  await context.addInitScript(
    bearer => sessionStorage.setItem('livehook-session', JSON.stringify({ bearer, kind: 'key', tenantId: null })),
    key,
  );
  return context;
}

/** The pages of a delivery, an event, an endpoint and a bulk operation. */
async function findObjectPages(publisher: Publisher, eventId: string): Promise<Screen[]> {
  const { deliveries, endpoints } = await publisher.execute<{
    readonly deliveries: { readonly nodes: readonly { readonly id: string }[] };
    readonly endpoints: { readonly nodes: readonly { readonly id: string }[] };
  }>('{ deliveries(first: 1) { nodes { id } } endpoints(first: 1) { nodes { id } } }');
  const endpointId = endpoints.nodes[0]?.id ?? '';
  const { operation } = await publisher.execute<{ readonly operation: { readonly id: string } }>(
    'mutation ($id: ID!) { operation: replayDeliveries(filter: { endpointIds: [$id] }) { ... on BulkOperation { id } } }',
    { id: endpointId },
  );
  return [
    [`/deliveries/${deliveries.nodes[0]?.id}`, 'page.1'],
    [`/events/${eventId}`, 'page.1'],
    [`/endpoints/${endpointId}`, 'bench'],
    [`/endpoints/${endpointId}/edit`, 'Edit endpoint'],
    [`/operations/${operation.id}`, /^Replay/],
  ];
}

interface Audit {
  readonly name: string;
  readonly values: readonly string[];
  readonly failed: readonly string[];
}

async function audit(origin: string, path: string, device: 'desktop' | 'mobile', port: number): Promise<Audit> {
  const flags: Flags = { port, onlyCategories: [...categories], logLevel: 'error' };
  const result = await lighthouse(origin + path, flags, device === 'desktop' ? desktopConfig : undefined);
  if (!result) throw new Error(`Lighthouse has no result for ${path}`);
  const { categories: auditedCategories, audits } = result.lhr;
  const scores = categories.map(id => ((auditedCategories[id]?.score ?? Number.NaN) * 100).toFixed(0));
  const measures = ['largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift'];
  const failed = categories
    .flatMap(id => auditedCategories[id]?.auditRefs ?? [])
    .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 0.9)
    .map(({ id }) => `${id}: ${audits[id]?.title} ${audits[id]?.displayValue ?? ''}`.trim())
    .concat(Object.values(audits).flatMap(({ id, errorMessage }) => (errorMessage ? `${id}: ${errorMessage}` : [])));
  return {
    name: `${path === '/' ? 'sign-in' : path.replace(/[a-z]+_[0-9a-z]{26}/, ':id')}, ${device}`,
    values: [...scores, ...measures.map(id => audits[id]?.displayValue ?? '')],
    failed,
  };
}
