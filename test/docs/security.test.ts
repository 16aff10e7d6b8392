import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type SettingName, settingGroups, settings } from '../../src/config/settings.ts';
import { defaultConnectionLimits } from '../../src/server/connection-budget.ts';
import { documentLimits } from '../../src/server/document-limits.ts';
import { maxCost } from '../../src/server/operation-cost.ts';
import { jsonLimits } from '../../src/server/request-json.ts';

interface Limit {
  readonly what: string;
  /** Every number in the table cell of the limit. Numbers with a unit of size or time are converted to bytes or milliseconds. */
  readonly values: readonly number[];
  readonly settings: readonly string[];
}

const page = readFileSync('docs/security.md', 'utf8');
const units: Readonly<Record<string, number>> = { KiB: 1024, MiB: 2 ** 20, ms: 1, s: 1000 };
const limits = readLimits();

function readLimits(): Limit[] {
  const section = page.split('## Limits')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter(line => line.startsWith('| '));
  return rows.slice(2).map(row => {
    const [what = '', byDefault = '', names = ''] = row
      .split('|')
      .map(cell => cell.trim())
      .slice(1);
    const values = [...byDefault.matchAll(/(\d[\d,]*)(?: (KiB|MiB|ms|s)\b)?/g)].map(
      ([, number = '', unit = '']) => Number(number.replaceAll(',', '')) * (units[unit] ?? 1),
    );
    return { what, values, settings: [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name) };
  });
}

describe('the limits in docs/security.md', () => {
  it('name settings that exist, with their defaults', () => {
    for (const { what, values, settings: names } of limits) {
      for (const name of names) {
        expect(settings, what).toHaveProperty(name);
        // This row is left out, because its limits are multiples of the setting.
        if (what.startsWith('bytes of requests that are not answered')) continue;
        expect(values, `${name} in "${what}"`).toContain(Number(settings[name as SettingName].default));
      }
    }
  });

  it('cover every setting that limits requests, quotas and database connections', () => {
    const groups = ['Limits of requests', 'Quotas', 'Database connections'] as const;
    const named = new Set(limits.flatMap(limit => limit.settings));
    const missing = groups.flatMap(group => Object.keys(settingGroups[group])).filter(name => !named.has(name));
    expect(missing).toEqual([]);
    const others = ['MAX_PAYLOAD_BYTES', 'MAX_RESPONSE_BYTES', 'TEMPLATE_BUDGET_MS', 'FEED_LOG_BYTES'];
    expect(others.filter(name => !named.has(name))).toEqual([]);
  });

  it('agree with the constants of the code', () => {
    const valuesOf = (start: string) => limits.find(({ what }) => what.startsWith(start))?.values;
    const requestBytes = Number(settings.MAX_REQUEST_BYTES.default);
    expect(valuesOf('bytes of requests that are not answered')?.slice(0, 2)).toEqual([
      4 * requestBytes,
      8 * requestBytes,
    ]);
    expect(valuesOf('JSON values')?.slice(0, 2)).toEqual([jsonLimits.values, jsonLimits.levels]);
    expect(valuesOf('cost of one operation')).toEqual([maxCost]);
    const { fields, levels, aliases, directives, fragments } = documentLimits;
    expect(valuesOf('fields, levels, aliases')).toEqual([fields, levels, aliases, directives, fragments]);
    const { authenticationMs, stalledMs } = defaultConnectionLimits;
    expect(valuesOf('time and bytes before a websocket')?.[0]).toBe(authenticationMs);
    expect(valuesOf('time that a client may leave waiting bytes')).toEqual([stalledMs]);
  });
});

it('docs/security.md has a threat model, limits, the duties of an operator, and how to report a vulnerability', () => {
  const sections = [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  expect(sections).toEqual([
    'Who can attack what',
    'What protects each part',
    'Limits',
    'What an operator must do',
    'Tests',
    'How to report a vulnerability',
  ]);
});

it('docs/security.md names every test of test/security', () => {
  const files = readdirSync('test/security').map(name => name.replace('.test.ts', ''));
  const tests = page.split('## Tests')[1]?.split('\n## ')[0] ?? '';
  for (const name of files.filter(each => each !== 'baseline')) expect(tests).toContain(`\`${name}\``);
});
