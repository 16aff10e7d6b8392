import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compileBodyTemplate } from '../../src/egress/templates/engine.ts';
import { schema } from '../../src/graphql/schema.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { readCodeBlocks } from './code-blocks.ts';

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'deploy/README.md', ...globSync('docs/**/*.md')].sort();

it('every relative link of the documentation leads to a file and a heading that exist', () => {
  const broken: string[] = [];
  for (const page of pages) {
    for (const [, target = ''] of readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
      const [file = '', heading] = target.split('#');
      const found = file === '' ? page : path.join(path.dirname(page), file);
      const isFound = existsSync(found) && (heading === undefined || readHeadings(found).includes(heading));
      if (!isFound) broken.push(`${page}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

it('docs/index.md links every page', () => {
  const linked = [...readFileSync('docs/index.md', 'utf8').matchAll(/\]\(([\w/-]+\.md)\)/g)].map(([, page]) => page);
  const existing = globSync('docs/**/*.md').map(page => path.relative('docs', page));
  expect(linked.sort()).toEqual(existing.filter(page => page !== 'index.md').sort());
});

it('the sidebar of the site links every page of docs', async () => {
  const { default: config } = await import(path.resolve('docs/.vitepress/config.js'));
  const links: string[] = config.themeConfig.sidebar.flatMap((group: { items: { link: string }[] }) =>
    group.items.map(({ link }) => link),
  );
  const existing = globSync('docs/**/*.md').map(page => `/${page.replace(/(index)?\.md$/, '')}`);
  const unlinked = existing.filter(page => !links.includes(page));
  expect(unlinked).toEqual(['/docs/writing']);
  const broken = links.filter(link => !existing.includes(link) && !['/deploy/', '/CHANGELOG'].includes(link));
  expect(broken).toEqual([]);
});

it.each(pages.filter(page => page.startsWith('docs/')))('the GraphQL documents of %s are valid', page => {
  for (const { language, title, code, line } of readCodeBlocks(page)) {
    // Blocks with a title are tested with docs/api.md, which also contains invalid documents.
    if (language !== 'graphql' || title !== null) continue;
    expect(validate(schema, parse(code)).map(String), `${page}:${line}`).toEqual([]);
  }
});

describe('the recipes of docs/guides/retries.md', () => {
  const rows = [
    ...readFileSync('docs/guides/retries.md', 'utf8').matchAll(/\| `\[(.*?)\]` \| (\d+) \| (\d+) (min|h) \|/g),
  ];

  it('have retry schedules with the number of attempts and the duration that the table states', () => {
    expect(rows).toHaveLength(5);
    for (const [row, list = '', attempts, duration, unit] of rows) {
      const waits = list === '' ? [] : list.split(', ').map(Number);
      expect(waits.length + 1, row).toBe(Number(attempts));
      expect(
        waits.reduce((sum, wait) => sum + wait, 0),
        row,
      ).toBe(Number(duration) * (unit === 'h' ? 3600 : 60));
    }
  });
});

it('the template of docs/guides/slack.md renders the message that the page shows', () => {
  const page = readFileSync('docs/guides/slack.md', 'utf8');
  const compiled = compileBodyTemplate(JSON.parse(/bodyTemplate: (".*")$/m.exec(page)?.[1] ?? ''));
  if (!compiled.ok) throw new Error(compiled.message);
  const scope = { event: { type: 'livehook.endpoint.failing' }, payload: { endpoint: { name: 'Billing' } } };
  const rendered = compiled.renderScope(scope);
  if (!rendered.ok) throw new Error(rendered.message);
  const shown = readCodeBlocks('docs/guides/slack.md').find(({ language }) => language === 'json');
  expect(JSON.parse(rendered.text)).toEqual(JSON.parse(shown?.code ?? ''));
});

it('docs/reference/metrics.md lists every metric of Livehook with its type', async () => {
  const exposed = [...(await createMetrics().render()).matchAll(/^# TYPE (livehook_\w+) (\w+)$/gm)];
  const listed = readFileSync('docs/reference/metrics.md', 'utf8').matchAll(/^\| `(livehook_\w+)` \| (\w+) \|/gm);
  expect([...listed].map(([, name, type]) => `${name} ${type}`).sort()).toEqual(
    exposed.map(([, name, type]) => `${name} ${type}`).sort(),
  );
});

/** The anchors of the headings of a page, in the form that GitHub generates. */
function readHeadings(page: string): string[] {
  const headings = readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}
