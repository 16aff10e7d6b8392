import lighthouse, { desktopConfig, type Flags } from 'lighthouse';
import { findFreePort } from '../src/database/embedded/free-port.ts';
import { openBrowser } from '../test/fixtures/browser.ts';
import { buildDashboard } from '../test/fixtures/dashboard-build.ts';
import { insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { openBenchDatabase } from './fixtures/database.ts';
import { startLivehook } from './fixtures/livehook.ts';
import { openPublisher } from './fixtures/publisher.ts';
import { startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
const events = 200;

const paths = [
  '/overview',
  '/deliveries',
  '/endpoints',
  '/endpoints/new',
  '/failures',
  '/operations',
  '/keys',
  '/redaction',
  '/audit',
  '/tenants',
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
  await publisher.publishMany(Array.from({ length: events }, () => ({ type: 'page.1', payload: '{}' })));
  const port = await findFreePort();
  const browser = await openBrowser([`--remote-debugging-port=${port}`]);
  cleanup.defer(() => browser.close());

  // The page reads the key from the fragment of its URL, like the link of a customer.
  const screens = paths.map(path => [path, `${livehook.url}${path}#token=${livehook.key}`] as const);
  const pages = [['sign-in', livehook.url] as const, ...screens];
  const rows: string[][] = [];
  const findings: string[] = [];
  for (const [name, url] of pages) {
    for (const device of ['desktop', 'mobile'] as const) {
      const { scores, failed } = await audit(url, device, port);
      rows.push([`${name}, ${device}`, ...scores]);
      findings.push(...failed.map(finding => `${name}, ${device}: ${finding}`));
    }
  }
  printTable('lighthouse: 100 is the maximum; mobile is throttled to a slow telephone', ['page', ...categories], rows);
  console.log(findings.length > 0 ? `\nwhat it found:\n${findings.join('\n')}` : '\nit found nothing');
}

async function audit(
  url: string,
  device: 'desktop' | 'mobile',
  port: number,
): Promise<{ scores: string[]; failed: string[] }> {
  const flags: Flags = { port, onlyCategories: [...categories], logLevel: 'error' };
  const result = await lighthouse(url, flags, device === 'desktop' ? desktopConfig : undefined);
  if (!result) throw new Error(`Lighthouse has no result for ${url}`);
  const { categories: auditedCategories, audits } = result.lhr;
  const scores = categories.map(id => ((auditedCategories[id]?.score ?? Number.NaN) * 100).toFixed(0));
  const failed = categories
    .flatMap(id => auditedCategories[id]?.auditRefs ?? [])
    .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 0.9)
    .map(({ id }) => `${id}: ${audits[id]?.title} ${audits[id]?.displayValue ?? ''}`.trim())
    .concat(Object.values(audits).flatMap(({ id, errorMessage }) => (errorMessage ? `${id}: ${errorMessage}` : [])));
  return { scores, failed };
}
