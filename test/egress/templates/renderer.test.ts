import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TemplateContext } from '../../../src/egress/templates/messages.ts';
import { openTemplateRenderer, type TemplateRenderer } from '../../../src/egress/templates/renderer.ts';

let renderer: TemplateRenderer;
beforeAll(() => {
  renderer = openTemplateRenderer({ budgetMsPerSecond: 10_000, maxPayloadBytes: 262_144 });
});
afterAll(() => renderer[Symbol.asyncDispose]());

const contextOf = (payload: unknown): TemplateContext => ({
  event: { id: 'evt_1', type: 'a', createdAt: '2026-01-01T00:00:00.000Z', payloadText: JSON.stringify(payload) },
  delivery: { id: 'dlv_1', attempt: 1 },
  endpoint: { id: 'ep_1', name: 'Shop' },
});
const renderBody = (body: string, payload: unknown = {}, tenantId = 'tenant', by = renderer) =>
  by.render(tenantId, { url: null, body }, contextOf(payload));
/** A template whose work grows with the square of its items, and which no limit of the template engine stops. */
const quadratic = '{% for i in payload.items %}{% assign x = payload.items | where_exp: "a", "a == 2" %}{% endfor %}';
const items = Array.from({ length: 5000 }, () => 1);
const endedByTime = { endedBecause: 'was ended: it took longer than 50 ms', hasBegun: true };

describe('a template renderer', () => {
  it('renders the URL template and the body template of an endpoint', async () => {
    const templates = { url: 'https://example.com/{{ payload.id }}', body: '{"n":{{ delivery.attempt }}}' };
    expect(await renderer.render('tenant', templates, contextOf({ id: 'a b' }))).toEqual({
      problem: null,
      rendered: { url: 'https://example.com/a%20b', body: '{"n":1}' },
    });
  });

  it('reports which template of an endpoint failed', async () => {
    expect(await renderBody('{{ payload.x | nonsense }}')).toMatchObject({
      problem: { part: 'body', message: expect.stringContaining('undefined filter: nonsense') },
    });
    const templates = { url: 'https://example.com/{{ payload.id }}', body: null };
    expect(await renderer.render('tenant', templates, contextOf({}))).toMatchObject({
      problem: { part: 'url', message: expect.stringContaining('undefined variable: payload.id') },
    });
  });

  it('checks a template without rendering the payload', async () => {
    const check = (body: string, mustRenderJson: boolean) =>
      renderer.check('tenant', { url: null, body }, mustRenderJson);
    expect(await check('{"a":{{ payload.a }}', false)).toMatchObject({ problem: null });
    expect(await check('{"a":{{ payload.a }}', true)).toEqual({
      problem: { part: 'body', message: 'does not render valid JSON, which its content type asks for' },
    });
    expect(await check('{% if %}', false)).toHaveProperty('problem.part', 'body');
  });

  it('stops a template that takes longer than 50 ms, and renders the next one', async () => {
    expect(await renderBody(quadratic, { items })).toEqual(endedByTime);
    expect(await renderBody('{{ payload.a }}', { a: 1 })).toEqual({
      problem: null,
      rendered: { url: null, body: '1' },
    });
  });

  it.each([
    [
      'nested loops',
      '{% for i in (1..1000) %}{% for j in (1..1000) %}{% for k in (1..9) %}{% endfor %}{% endfor %}{% endfor %}',
    ],
    ['find_exp', quadratic.replace('where_exp', 'find_exp')],
    ['a long chain of filters', `{{ payload.text${' | replace: "a", "aa" | replace: "aa", "a"'.repeat(800)} }}`],
    ['sorting', '{% for i in payload.items %}{% assign x = payload.items | sort | reverse | uniq %}{% endfor %}'],
    ['splitting', '{% for i in payload.items %}{% assign x = payload.text | split: "" | join: "" %}{% endfor %}'],
    ['tablerow', '{% tablerow i in (1..3000000) cols: 2 %}{% cycle "a", "b" %}{% endtablerow %}'],
    ['literal text', `{% for i in (1..900000) %}${'x'.repeat(60_000)}{% endfor %}`],
    [
      'a capture of literal text that is compared',
      `{% capture a %}{% for i in (1..9000) %}${'x'.repeat(60_000)}{% endfor %}{% endcapture %}{% if a contains "y" %}{% endif %}`,
    ],
    ['an array that grows', '{% assign a = (1..9) %}{% for i in (1..900) %}{% assign a = a | concat: a %}{% endfor %}'],
    ['padding', '{% for i in (1..9000) %}{{ "now" | date: "%9999Y" }}{% endfor %}'],
  ])('stops or rejects a template with %s', async (_what, template) => {
    const outcome = await renderBody(template, { items, text: 'a'.repeat(20_000) });
    expect(outcome).not.toHaveProperty('problem', null);
  });

  it('renders for other tenants while one tenant has used up its CPU budget', async () => {
    await using busy = openTemplateRenderer({ budgetMsPerSecond: 10, maxPayloadBytes: 262_144 });
    expect(await renderBody(quadratic, { items }, 'hostile', busy)).toEqual(endedByTime);
    expect(busy.readWaitMs('hostile')).toBeGreaterThan(0);
    expect(busy.readWaitMs('innocent')).toBe(0);
    const waiting = renderBody('x', {}, 'hostile', busy);
    expect(await renderBody('x', {}, 'innocent', busy)).toMatchObject({ problem: null });
    expect(await Promise.race([waiting, renderBody('x', {}, 'innocent', busy)])).toMatchObject({ problem: null });
    await busy[Symbol.asyncDispose]();
    expect(await waiting).toEqual({ endedBecause: 'was ended: the server is shutting down', hasBegun: false });
  });

  it('limits how many templates of one tenant wait to be rendered', async () => {
    await using busy = openTemplateRenderer({ budgetMsPerSecond: 1, maxPayloadBytes: 262_144 });
    expect(await renderBody(quadratic, { items }, 'hostile', busy)).toEqual(endedByTime);
    const outcomes = Array.from({ length: 257 }, () => renderBody('x', {}, 'hostile', busy));
    expect(await outcomes.at(-1)).toEqual({ endedBecause: 'was not begun: too many renderings wait', hasBegun: false });
    await busy[Symbol.asyncDispose]();
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toHaveProperty('hasBegun', false);
  });

  it('leaves no child process behind when it is closed, even while it renders', async () => {
    const closed = openTemplateRenderer({ budgetMsPerSecond: 10_000, maxPayloadBytes: 262_144 });
    await renderBody('x', {}, 'tenant', closed);
    const before = readRenderingProcesses();
    const running = renderBody(quadratic, { items }, 'tenant', closed);
    await closed[Symbol.asyncDispose]();
    expect(await running).toHaveProperty('hasBegun', false);
    expect(readRenderingProcesses()).toHaveLength(before.length - 1);
    expect(await renderBody('x', {}, 'tenant', closed)).toHaveProperty('hasBegun', false);
  });
});

/** The ids of the renderer processes that this process has started. */
function readRenderingProcesses(): string[] {
  return readdirSync('/proc').filter(pid => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
      return (
        Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('rendering-process')
      );
    } catch {
      // The entry of /proc is not a process, or the process has ended meanwhile.
      return false;
    }
  });
}
