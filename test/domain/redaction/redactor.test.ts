import { describe, expect, it } from 'vitest';
import { holdsCardNumber } from '../../../src/domain/redaction/card-numbers.ts';
import { cardPaths } from '../../../src/domain/redaction/card-paths.ts';
import {
  type PathStep,
  parseRedactionPath,
  requireRedactionPaths,
} from '../../../src/domain/redaction/redaction-path.ts';
import { createRedactor } from '../../../src/domain/redaction/redactor.ts';
import fc from '../../fixtures/seeded-fast-check.ts';

const open = (paths: readonly string[], scansCardNumbers = false) =>
  createRedactor({ paths: paths.map(path => parseRedactionPath(path, 'paths')), scansCardNumbers });
const byDefault = open(cardPaths);
const scan = open([], true);
const gone = '"[REDACTED]"';

describe('redaction paths', () => {
  it.each([
    ['card.number', '{"card":{"number":1,"x":2},"number":3}', `{"card":{"number":${gone},"x":2},"number":3}`],
    ['*.iban', '{"a":{"iban":"x"},"iban":"y","b":[{"iban":1}]}', `{"a":{"iban":${gone}},"iban":"y","b":[{"iban":1}]}`],
    ['items[*].pan', '{"items":[{"pan":1},{"pan":2}],"pan":3}', `{"items":[{"pan":${gone}},{"pan":${gone}}],"pan":3}`],
    ['items[1]', '{"items":[1,2,3]}', `{"items":[1,${gone},3]}`],
    ['a[*][0]', '{"a":[[1,2],[3]]}', `{"a":[[${gone},2],[${gone}]]}`],
    ['**.cvv', '[[{"x":{"cvv":1}}],{"cvv":[1,{"cvv":"]"}]}]', `[[{"x":{"cvv":${gone}}}],{"cvv":${gone}}]`],
    ['a.**.b', '{"b":1,"a":{"b":2,"c":[{"b":3}]}}', `{"b":1,"a":{"b":${gone},"c":[{"b":${gone}}]}}`],
    ['secrets.*', '{"secrets":{"a":1,"b":{"c":2}}}', `{"secrets":{"a":${gone},"b":${gone}}}`],
    [
      '**.card_number',
      '{"Card-Number" : 1 , "CARD NUMBER":2,"card.number":3}',
      `{"Card-Number" : ${gone} , "CARD NUMBER":${gone},"card.number":${gone}}`,
    ],
    ['**.cvv', '{"c\\u0076V":1,"a":"\\"cvv\\":2"}', `{"c\\u0076V":${gone},"a":"\\"cvv\\":2"}`],
    ['**.имя', '{"ИМЯ":1}', `{"ИМЯ":${gone}}`],
    ['**.a', '{"a":1,"a":2,"__proto__":{"a":null}}', `{"a":${gone},"a":${gone},"__proto__":{"a":${gone}}}`],
    ['**.__proto__', '{"__proto__":1,"constructor":2}', `{"__proto__":${gone},"constructor":2}`],
    ['*', '"cvv"', '"cvv"'],
  ])('redact the values at the path %s in %s', (path, json, expected) => expect(open([path])(json)).toBe(expected));

  it.each(['', '.', 'a.', '.a', 'a..b', '**', 'a.**', '**.**.a', '***', 'a[x]', 'a[', '"', 'a"b', ' a', '_', 'a[-1]'])(
    'are rejected if one is %j',
    path => expect(() => parseRedactionPath(path, 'input.paths.0')).toThrow(/^input\.paths\.0: must be a path/),
  );

  it('by default redact the usual names of card numbers and security codes at any depth', () => {
    const json = '{"pan":"4111","data":[{"card":{"number":4,"cvc":null,"brand":"visa"},"card_number":"4"}],"number":1}';
    expect(byDefault(json)).toBe(
      `{"pan":${gone},"data":[{"card":{"number":${gone},"cvc":${gone},"brand":"visa"},"card_number":${gone}}],"number":1}`,
    );
  });

  it('leave the text unchanged if no path matches', () => {
    const json = '{ "company": "cvv", "id": 12345678901234567890, "x": 1.0e2 }';
    expect(byDefault(json)).toBe(json);
  });

  it('have the same result when they are applied twice', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const once = open(['**.a', '*[*]', 'b.*'])(JSON.stringify(value));
        expect(open(['**.a', '*[*]', 'b.*'])(once)).toBe(once);
      }),
    );
  });
});

describe('the limits of redaction paths', () => {
  it.each([
    [['a', `${'a.'.repeat(32)}b`], 'input.paths.1: must have at most 32 steps; it has 33'],
    [['**.a.**.a.**.a.**.a.**.a'], 'input.paths.0: must have "**" at most 4 times; it has it 5 times'],
    [
      Array.from({ length: 126 }, (_, index) => `a.b.c.d.e.f.g.x${index}`),
      'input.paths: must have at most 1000 steps in all, paths such as **.name not counted; these have 1008',
    ],
  ])('are enforced by an error that states the limit, for the paths %.60j', (paths, message) => {
    expect(() => requireRedactionPaths(paths, 'input.paths')).toThrow(message);
  });

  it('allow 200 paths of the form **.name together with the default paths', () => {
    requireRedactionPaths([...cardPaths, ...Array.from({ length: 200 }, (_, index) => `**.x${index}`)], 'input.paths');
    requireRedactionPaths([`${'a.'.repeat(31)}b`, '**.a.**.a.**.a.**.a'], 'input.paths');
  });

  it('are not applied to paths that are already stored', () => {
    expect(parseRedactionPath(`${'a.'.repeat(99)}b`, 'paths')).toHaveLength(100);
  });
});

it('a set of redaction paths redacts exactly what its paths redact one by one', () => {
  const step = fc.constantFrom('a', 'b', 'c', '*', '**', 'a[*]', 'b[0]', '*[1]');
  const path = fc
    .array(step, { minLength: 1, maxLength: 12 })
    .map(steps => steps.filter((one, at) => one !== '**' || (steps[at + 1] ?? '**') !== '**').join('.'))
    .filter(text => text !== '');
  const { document } = fc.letrec<{ document: unknown }>(tie => ({
    document: fc.oneof(
      { maxDepth: 7, withCrossShrink: true },
      fc.constantFrom(1, 'x', null),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('document'), { maxKeys: 3 }),
      fc.array(tie('document'), { maxLength: 3 }),
    ),
  }));
  fc.assert(
    fc.property(fc.array(path, { minLength: 1, maxLength: 12 }), document, (paths, value) => {
      const parsed = paths.map(text => parseRedactionPath(text, 'paths'));
      expect(JSON.parse(open(paths)(JSON.stringify(value)))).toEqual(redactByHand(value, parsed));
    }),
    { numRuns: 1000 },
  );
});

/** A slow and simple reference implementation: applies one path after the other by recursion. */
function redactByHand(value: unknown, paths: readonly (readonly PathStep[])[]): unknown {
  const mark = (inner: unknown, at: string | number) => {
    const next = paths.flatMap(path => advance(path, at));
    return next.some(path => path.length === 0) ? '[REDACTED]' : redactByHand(inner, next);
  };
  if (Array.isArray(value)) return value.map(mark);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mark(inner, name)]));
}

/**
 * The steps that remain of a path after a name or index. There is one entry for each way in which the path can match.
 */
function advance(path: readonly PathStep[], at: string | number): (readonly PathStep[])[] {
  const [first, ...rest] = path;
  if (!first) return [];
  if (first.kind === 'depth') return [path, ...advance(rest, at)];
  const fits =
    first.kind === 'any' ||
    (first.kind === 'items' && typeof at === 'number') ||
    (first.kind === 'item' && first.index === at) ||
    (first.kind === 'name' && first.name === at);
  return fits ? [rest] : [];
}

describe('a deep, large or unusual payload', () => {
  it('is redacted if it has 4,100 levels', () => {
    const json = `${'{"a":['.repeat(2050)}{"cvv":1}${']}'.repeat(2050)}`;
    expect(byDefault(json)).toBe(json.replace('{"cvv":1}', `{"cvv":${gone}}`));
    expect(open(['**.a.**.a.**.cvv'])(json)).toContain(gone);
  });

  const manyDepths = Array.from({ length: 200 }, (_, at) => `**.a.**.a.**.a.**.a.b${at}`);
  const sharedBeginning = Array.from({ length: 200 }, (_, at) => `**.${'a'.repeat(180)}${at}`);
  const kilobytes = 128;
  const fill = (unit: string) => unit.repeat((kilobytes * 1024) / unit.length);
  it.each([
    ['200 paths with many **, and names of one level', manyDepths, `{${fill('"a":1,')}"b1":1}`],
    ['200 paths with many **, and 20,000 levels', manyDepths, `${'{"a":'.repeat(20_000)}{"b1":1}${'}'.repeat(20_000)}`],
    ['200 paths with many **, and an array', manyDepths, `{"b1":1,"a":[${fill('{"a":1},')}1]}`],
    ['200 long names that begin alike', sharedBeginning, `{${fill(`"${'a'.repeat(179)}":1,`)}"b1":1}`],
    ['separators', cardPaths, `{"cvv":1,"x":"${fill('\\"_____')}"}`],
    ['groups of one digit', cardPaths, `{"cvv":1,"x":"${fill('1 ')}"}`],
  ])('is redacted in a time that is proportional to its length: %s', (_what, paths, json) => {
    const redact = open(paths, true);
    const before = process.threadCpuUsage();
    redact(json);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1000);
  });

  it('is redacted in a bounded time if a string consists of quotes and backslashes', () => {
    const json = JSON.stringify({ noise: '\\"'.repeat(60_000), cvv: 1 });
    expect(byDefault(json)).toBe(json.replace('"cvv":1', `"cvv":${gone}`));
  });
});

/** Appends the check digit of the Luhn algorithm. */
function withCheckDigit(digits: string): string {
  const last = [...'0123456789'].find(digit => passes(digits + digit));
  return `${digits}${last}`;
}

function passes(digits: string): boolean {
  const weighed = [...digits].reverse().map((digit, place) => Number(digit) * (place % 2 === 0 ? 1 : 2));
  return weighed.reduce((sum, value) => sum + (value > 9 ? value - 9 : value), 0) % 10 === 0;
}

const cardNumber = fc
  .tuple(fc.constantFrom('2', '3', '4', '5', '6', '9'), fc.stringMatching(/^[0-9]{11,17}$/))
  .map(([first, rest]) => withCheckDigit(first + rest));
const separator = fc.constantFrom('', ' ', '-', '.', ' - ', '\u00a0', '\u2013');

describe('the redaction of card numbers', () => {
  it.each([
    ['"4111111111111111"', gone],
    ['4111111111111111', gone],
    ['4111111111111111.0', gone],
    ['4.111111111111111e15', gone],
    ['"Paid by 4111 1111 1111 1111, thanks"', gone],
    ['"order 17 4111-1111-1111-1111 3 items"', gone],
    ['"4111\\u00201111\\u002011111111"', gone],
    ['"\\u0034111111111111111"', gone],
    ['"4111111111111112"', '"4111111111111112"'],
    ['"41111111111111110000000"', '"41111111111111110000000"'],
    ['"0000000000000000"', '"0000000000000000"'],
    ['0.4111111111111111', '0.4111111111111111'],
    ['"2026-11-22T01:20:50.123Z"', '"2026-11-22T01:20:50.123Z"'],
    ['1e999', '1e999'],
    ['true', 'true'],
  ])('returns the JSON value %s as %s', (value, expected) => expect(scan(`[ ${value} ]`)).toBe(`[ ${expected} ]`));

  it('finds every card number, as a string with separators or as a number, at any position', () => {
    const text = fc
      .tuple(cardNumber, separator, fc.integer({ min: 1, max: 6 }), fc.string(), fc.string())
      .map(([digits, between, size, before, after]) => {
        const grouped = digits.match(new RegExp(`.{1,${size}}`, 'g'))?.join(between) ?? digits;
        return `${before.replace(/[\d.]/g, '')}a ${grouped} z${after.replace(/[\d.]/g, '')}`;
      });
    const value = fc.oneof(
      text,
      cardNumber.map(digits => (digits.length < 16 ? Number(digits) : digits)),
    );
    fc.assert(
      fc.property(fc.jsonValue(), value, fc.constantFrom(undefined, 2), (other, secret, indent) => {
        const json = scan(JSON.stringify({ other, a: [secret], b: { c: secret } }, null, indent));
        expect(JSON.parse(json)).toMatchObject({ a: ['[REDACTED]'], b: { c: '[REDACTED]' } });
      }),
    );
  });
});

it('redaction changes no byte outside the replaced values', () => {
  const names = fc.constantFrom('a', 'cvv', 'pan', 'C_V_V', 'b', 'num\\u0062er', '__proto__', '');
  const space = fc.constantFrom('', ' ', '\n\t');
  const scalar = fc.constantFrom(
    '1',
    '-0',
    '1.50',
    '1e400',
    '12345678901234567890',
    'null',
    'true',
    '"x\\"y"',
    '"\\\\"',
    '"{[,:"',
  );
  // Generates pairs of a document and the same document with each redacted value replaced.
  const { value } = fc.letrec<{ value: readonly [string, string] }>(tie => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      scalar.map(text => [text, text] as const),
      fc.tuple(space, fc.array(fc.tuple(names, space, tie('value')), { maxLength: 5 })).map(([gap, members]) => {
        const write = (pick: 0 | 1) =>
          `{${members
            .map(([name, between, inner]) => {
              const isSecret = pick === 1 && ['cvv', 'pan'].includes(name.toLowerCase().replaceAll('_', ''));
              return `${gap}"${name}"${between}:${between}${isSecret ? gone : inner[pick]}${between}`;
            })
            .join(',')}${gap}}`;
        return [write(0), write(1)] as const;
      }),
      fc.array(fc.tuple(space, tie('value')), { maxLength: 4 }).map(items => {
        const write = (pick: 0 | 1) => `[${items.map(([gap, inner]) => gap + inner[pick] + gap).join(',')}]`;
        return [write(0), write(1)] as const;
      }),
    ),
  }));
  fc.assert(
    fc.property(value, ([given, expected]) => {
      JSON.parse(given);
      expect(byDefault(given)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

it('the redactor accepts the same card numbers as the Luhn check of this test', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9][0-9]{12,18}$/), digits => {
      expect(holdsCardNumber(digits)).toBe(passes(digits));
    }),
  );
});
