import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type CodeBlock, readCodeBlocks } from './code-blocks.ts';

/**
 * The test that runs the samples of each page. The keys are the title of a code block, or else its language, or else
 * `*` for all others. A value that is not a test file is the reason why the samples cannot run. Blocks of the language
 * `text` are not samples.
 */
const runners: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'CONTRIBUTING.md': { sh: 'test/docs/samples.test.ts' },
  'README.md': { '*': 'test/docs/readme.test.ts', '': 'A tree of folders.' },
  'deploy/README.md': { '*': 'test/docs/samples.test.ts' },
  'docs/api.md': { '*': 'test/docs/api.test.ts' },
  'docs/architecture.md': { '': 'A drawing.' },
  'docs/getting-started.md': { '*': 'test/docs/getting-started.test.ts' },
  'docs/guides/client.md': { '*': 'test/package/package.test.ts' },
  'docs/guides/command-line.md': { '*': 'test/docs/command-line.test.ts' },
  'docs/guides/live-screens.md': { '*': 'test/docs/graphql-samples.test.ts' },
  'docs/guides/local-development.md': { '*': 'test/docs/command-line.test.ts' },
  'docs/guides/portal.md': { graphql: 'test/docs/graphql-samples.test.ts', html: 'test/dashboard/portal.test.ts' },
  'docs/guides/publish-from-sql.md': { '*': 'test/docs/samples.test.ts' },
  'docs/guides/receive.md': { '*': 'test/docs/receive.test.ts' },
  'docs/guides/recover.md': { '*': 'test/docs/graphql-samples.test.ts' },
  'docs/guides/retries.md': { '*': 'test/docs/graphql-samples.test.ts' },
  'docs/guides/slack.md': { graphql: 'test/docs/graphql-samples.test.ts', json: 'test/docs/pages.test.ts' },
  'docs/integrating.md': { '*': 'test/docs/integrating.test.ts' },
  'docs/live-feed.md': { '*': 'test/docs/graphql-samples.test.ts' },
  'docs/migrate-from-svix.md': { '*': 'test/docs/graphql-samples.test.ts' },
  'docs/operational-events.md': { '*': 'test/docs/samples.test.ts' },
  'docs/operations.md': { '*': 'test/docs/samples.test.ts' },
  'docs/reference/configuration.md': { '*': 'test/docs/samples.test.ts' },
  'docs/reference/metrics.md': { promql: 'test/docs/samples.test.ts' },
  'docs/reference/rest.md': { '*': 'test/docs/samples.test.ts' },
};

const pages = ['CONTRIBUTING.md', 'README.md', 'SECURITY.md', 'deploy/README.md', ...globSync('docs/**/*.md')].sort();

it.each(pages)('every code sample of %s is run by a test, or has a reason why it is not', page => {
  const text = readFileSync(page, 'utf8');
  const blocks = readCodeBlocks(page);
  // No test reads blocks without a language, so they need an entry of their own.
  const plain = [...text.matchAll(/^```/gm)].length / 2 - blocks.length;
  const missing = blocks.filter(block => block.language !== 'text' && findRunner(page, block) === undefined);
  expect(missing.map(({ line }) => `${page}:${line}`)).toEqual([]);
  if (plain > 0) expect(runners[page]?.['']).toBeDefined();
  const files = Object.values(runners[page] ?? {}).filter(each => each.startsWith('test/'));
  for (const file of files) expect(existsSync(file), file).toBe(true);
});

it('the list of sample tests names exactly the pages that have code samples', () => {
  const withSamples = pages.filter(page => /^```(?!text$|$)/m.test(readFileSync(page, 'utf8')) || runners[page]?.['']);
  expect(Object.keys(runners).sort()).toEqual(withSamples);
});

function findRunner(page: string, { title, language }: CodeBlock): string | undefined {
  const ofPage = runners[page] ?? {};
  return ofPage[title ?? ''] ?? ofPage[language] ?? ofPage['*'];
}
