import { describe, expect, test } from 'vitest';
import { type CompileResult, compileBodyTemplate, compileUrlTemplate } from '../../../src/egress/templates/engine.ts';
import type { TemplateContext } from '../../../src/egress/templates/messages.ts';
import { isNeverJson } from '../../../src/egress/templates/sample.ts';

function context(payloadText: string): TemplateContext {
  return {
    event: { id: 'evt_1', type: 'payment.completed', createdAt: '2026-01-02T03:04:05.678Z', payloadText },
    delivery: { id: 'dlv_1', attempt: 2 },
    endpoint: { id: 'ep_1', name: 'Billing' },
  };
}

function render(compiled: CompileResult, payload: unknown = {}): string {
  if (!compiled.ok) throw new Error(compiled.message);
  const result = compiled.render(context(typeof payload === 'string' ? payload : JSON.stringify(payload)));
  return result.ok ? result.text : `failed: ${result.message}`;
}

describe('a body template', () => {
  test('can print fields of event, delivery, endpoint and payload', () => {
    const text =
      '{{ event.id }} {{ event.type }} {{ event.createdAt }} {{ event.payload.a.b[1] }} {{ payload["a"].b | size }} ' +
      '{{ delivery.id }} {{ delivery.attempt }} {{ endpoint.id }} {{ endpoint.name }} [{{ missing.thing }}]';
    expect(render(compileBodyTemplate(text), { a: { b: [1, 'x'] } })).toBe(
      'evt_1 payment.completed 2026-01-02T03:04:05.678Z x 2 dlv_1 2 ep_1 Billing []',
    );
  });

  test('keeps the digits of numbers that a double would round, printed and as JSON', () => {
    const payload = '{"id":12345678901234567890,"pi":3.14159265358979323846,"far":1e999,"n":10.50,"small":7}';
    expect(
      render(compileBodyTemplate('{{ payload.id }} {{ payload.pi }} {{ payload.far }} {{ payload.n }}'), payload),
    ).toBe('12345678901234567890 3.14159265358979323846 1e999 10.5');
    expect(render(compileBodyTemplate('{{ payload | json }}'), payload)).toBe(
      '{"id":12345678901234567890,"pi":3.14159265358979323846,"far":1e999,"n":10.5,"small":7}',
    );
    expect(
      render(compileBodyTemplate('{% if payload.id > 5 %}big{% endif %} {{ payload.small | plus: 1 }}'), payload),
    ).toBe('big 8');
  });

  test('cannot access prototypes', () => {
    const text = '[{{ payload.constructor }}{{ payload.__proto__.polluted }}{{ payload.toString }}]';
    expect(render(compileBodyTemplate(text), '{"a":1}')).toBe('[]');
    expect(render(compileBodyTemplate('{{ payload.__proto__.x }}'), '{"__proto__":{"x":1}}')).toBe('1');
  });

  test.each([
    '{{ a',
    '{% if %}',
    '{% nonsense %}',
    '{{ a | nonsense }}',
    '{% include "/etc/passwd" %}',
    '{% render "x" %}',
    '{% layout "x" %}',
    '{% block a %}{% endblock %}',
    'a'.repeat(65_537),
  ])('is rejected when an endpoint is saved: %.40s', text => {
    expect(compileBodyTemplate(text).ok).toBe(false);
  });

  test.each([
    ['a huge range', '{% for i in (1..999999999) %}{% endfor %}'],
    ['doubling', `{% assign a = "aaaaaaaaaaaaaaaa" %}${'{% assign a = a | append: a %}'.repeat(30)}{{ a }}`],
    [
      'captures of captures',
      `{% assign a = "0123456789" %}${'{% capture a %}{{a}}{{a}}{{a}}{{a}}{% endcapture %}'.repeat(20)}`,
    ],
    ['a long output', '{% for i in (1..30000) %}{{ "0123456789012345678901234567890123456789" }}{% endfor %}'],
  ])('fails when it exceeds a limit of memory or output: %s', (_what, text) => {
    expect(render(compileBodyTemplate(text))).toMatch(/^failed: /);
  });

  test('prints a missing value as null with the filter json', () => {
    const text =
      '{{ payload.x | json }} {{ payload.x.y | jsonify }} {{ payload.list[3] | json }} {{ payload.list | first | json }} ' +
      '{{ nothing | inspect }} {{ payload.constructor | json }} [{{ payload.x }}]';
    expect(render(compileBodyTemplate(text), { list: [] })).toBe('null null null null null null []');
  });

  test('fails without throwing if the payload is nested too deep', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(render(compileBodyTemplate('{{ payload | json }}'), deep)).toMatch(/^failed: /);
  });
});

describe('a URL template', () => {
  const compiled = compileUrlTemplate('https://example.com/a/{{ payload.x }}/b?y={{ payload.y }}');

  test.each([
    ['plain', '/a/plain/b'],
    ['a/b', '/a/a%2Fb/b'],
    ['?x#y', '/a/%3Fx%23y/b'],
    ['%2e%2e', '/a/%252e%252e/b'],
    ['caf\u00e9 &=+', '/a/caf%C3%A9%20%26%3D%2B/b'],
    ['\r\nx', '/a/%0D%0Ax/b'],
    ['a..b', '/a/a..b/b'],
    [12, '/a/12/b'],
    [{ a: 1 }, '/a/%7B%22a%22%3A1%7D/b'],
  ])('percent-encodes the value %j in path and query', (x, path) => {
    expect(render(compiled, { x, y: '1&2' })).toBe(`https://example.com${path}?y=1%262`);
  });

  test('keeps the digits of a number that a double would round', () => {
    expect(render(compiled, '{"x":12345678901234567890,"y":1}')).toContain('/a/12345678901234567890/b');
  });

  test.each(['.', '..'])('fails if a value makes a path segment equal to %j', x => {
    expect(render(compiled, { x, y: 1 })).toBe('failed: a value put a . or .. segment into the path');
  });

  test('fails if a value is not valid Unicode or is too long', () => {
    expect(render(compiled, '{"x":"\\ud800","y":1}')).toMatch(/^failed: /);
    expect(render(compiled, { x: 'a'.repeat(9000), y: 1 })).toBe('failed: rendered more than 8192 characters');
  });

  test.each([
    ['{{ payload.x }}', {}, 'undefined variable: payload.x'],
    ['{{ payload.x.y }}', { x: {} }, 'undefined variable: payload.x.y'],
    ['{{ payload.x | upcase }}', {}, 'undefined variable: payload.x'],
    ['{{ payload.list[0] }}', { list: [] }, 'undefined variable: payload.list.0'],
    ['{{ other }}', {}, 'undefined variable: other'],
    ['{{ payload.x }}', { x: null }, '{{ payload.x }} is null'],
    ['{% assign id = payload.x %}{{ id }}', { x: null }, '{{ id }} is null'],
    ['{{ payload.x }}', { x: '' }, 'a value in the path is empty'],
    ['{{ payload.x | strip }}', { x: ' ' }, 'a value in the path is empty'],
    ['{% for id in payload.list %}{{ id }}{% endfor %}', { list: [] }, 'a tag left a segment of the path empty'],
    ['{% if payload.x %}{{ payload.x }}{% endif %}', {}, 'a tag left a segment of the path empty'],
  ])('fails if a value is missing from the path: %s with the payload %j', (tag, payload, message) => {
    expect(render(compileUrlTemplate(`https://example.com/users/${tag}/orders`), payload)).toContain(message);
  });

  test('may leave out an optional part beside other text, at the end of the path, and in a path with empty segments of its own', () => {
    const optional = '{% if payload.x %}/x{% endif %}';
    expect(render(compileUrlTemplate(`https://example.com/a${optional}/b`), {})).toBe('https://example.com/a/b');
    expect(render(compileUrlTemplate(`https://example.com/a/${optional}`), {})).toBe('https://example.com/a/');
    expect(render(compileUrlTemplate(`https://example.com//a${optional}/`), {})).toBe('https://example.com//a/');
  });

  test.each([
    ['{{ payload.x }}', {}, 'failed: undefined variable: payload.x, line:1, col:27'],
    ['{{ payload.x }}', { x: null }, 'failed: {{ payload.x }} is null, line:1, col:24'],
    ['{{ payload.x }}', { x: '' }, 'https://example.com/?x='],
    ['{{ payload.x | default: "" }}', {}, 'https://example.com/?x='],
    ['{{ payload.x | default: "none" }}', { x: null }, 'https://example.com/?x=none'],
    ['{% if payload.x %}{{ payload.x }}{% else %}0{% endif %}', {}, 'https://example.com/?x=0'],
  ])(
    'may print an empty value in the query, but fails if a variable is missing: %s with the payload %j',
    (tag, payload, expected) => {
      expect(render(compileUrlTemplate(`https://example.com/?x=${tag}`), payload)).toBe(expected);
    },
  );

  test.each([
    'https://{{ x }}/',
    'https://example.com{{ x }}',
    '{{ x }}',
    'https://example.com:{{ x }}/',
    'https://e.com/{{x|raw}}',
  ])('is rejected when an endpoint is saved: %s', text => expect(compileUrlTemplate(text).ok).toBe(false));
});

describe('the check whether a body template can ever render JSON', () => {
  const check = (text: string) => {
    const compiled = compileBodyTemplate(text);
    if (!compiled.ok) throw new Error(compiled.message);
    return isNeverJson(compiled);
  };

  test.each([
    'plain text',
    'Hello {{ payload.name }}',
    '<x>{{ payload.a }}</x>',
    '{"text": {{ payload.x }}',
    '{"a": "{{ payload.a }}}',
    "{'a': {{ payload.x | json }} }",
    '{"a": {{ payload.a | json }}, }',
    '{"a": {{ payload.a | json }} "b": 1}',
    '{"a": {% if payload.x %}1{% else %}2{% endif %}',
    '{"a": 1, {% if payload.b %}"b": 1{% else %}"c": 2{% endif %} ]',
  ])('rejects a template that can never render JSON: %s', text => expect(check(text)).toBe(true));

  test.each([
    '',
    'true',
    '{{ payload }}',
    '{{ payload | json }}',
    '{{ payload.raw }}',
    '{"text":{{ payload.title | json }}}',
    '{"text":"{{ payload.title }}"}',
    '{ {{ payload.members }} }',
    '{"a":1{{ payload.rest }}}',
    '{"a":{{ payload.a | default: "null" }}}',
    '[{% for i in payload.items %}{{ i.id }}{% unless forloop.last %},{% endunless %}{% endfor %}]',
    '{% if payload.kind == "a" %}{"x":1}{% endif %}',
    '{"x": {% case payload.kind %}{% when "a" %}1{% when "b" %}2{% endcase %}}',
    '{"x": {% if event.type == "a" %}1{% elsif event.type == "b" %}2{% endif %}}',
    '{"a": {{ payload.items | where: "k", "v" | map: "id" | first }} }',
    '{"a": {{ payload.items.first.id }}, "n": {{ payload.items | size }} }',
    '{"t": {{ payload.t | date: "%s" }}, "n": {{ payload.p | times: 100 | round }}}',
    '{"a": "{{ payload.name | upcase | truncate: 20 }}", "b": [{{ payload.ids | join: "," }}]}',
    '{"a": {{ payload.flag }} {% if payload.b contains "x" %}, "c": 1{% endif %}}',
    '{% assign s = 0 %}{% for i in payload.items %}{% assign s = s | plus: i.price %}{% endfor %}{"s":{{ s }}}',
    '{% capture x %}{{ payload.a }}{% endcapture %}{"a":{{ x | json }}}',
    '{"id": "{{ event.id }}", "attempt": {{ delivery.attempt }}, "name": "{{ endpoint.name }}"}',
  ])('accepts a template that renders JSON for some payload: %s', text => expect(check(text)).toBe(false));
});
