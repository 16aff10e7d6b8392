import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';

interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** Expressions that descriptions must not contain, each with an example in which it must be found. */
const denied: readonly (readonly [pattern: RegExp, example: string])[] = [
  [/\bwhoever\b/i, 'Whoever reads it.'],
  [/^such as\b/i, 'Such as `payment.completed`.'],
  [/^(what|which|who|where|by what|of those)\b/i, 'Which. Default: all.'],
  [/\bof it\./i, 'The delivery, and the end of it.'],
  [/^(it|they|those)\b/i, 'Those that are FAILED by now.'],
  [/^(true|false|null): /i, 'true: test deliveries alone.'],
  [/; (null|0|empty)\b/i, 'When the key expires; null: never.'],
  [/\bafresh\b/i, 'Starts it afresh.'],
  [/\bgive[ns]? up\b/i, 'Gives up a delivery.'],
];

const described = Object.values(schema.getTypeMap())
  .filter(type => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
  .flatMap(type => [type, ...membersOf(type)]);

test('every schema description has at least three words, differs from the name, and contains no denied expression', () => {
  const wrong = described.flatMap(({ name, description }) => {
    const problem = findProblem(name, description ?? '');
    return problem === null ? [] : [`${name}: "${description}" ${problem}`];
  });
  expect(wrong).toEqual([]);
  expect(described.length).toBeGreaterThan(500);
});

test('the check of schema descriptions finds one that is too short, one that repeats the name, and each denied expression', () => {
  expect(findProblem('Delivery.method', 'POST only.')).toBe('has fewer than three words');
  expect(findProblem('Endpoint.statusChangedAt', 'The status changed at.')).toBe('only repeats the name');
  for (const [pattern, example] of denied) expect(findProblem('A.b', example)).toBe(`matches ${pattern}`);
});

function findProblem(name: string, description: string): string | null {
  if ((description.match(/\S+/g) ?? []).length < 3) return 'has fewer than three words';
  const last = name.split(/[.(]/).at(-1) ?? '';
  if (toWords(description) === toWords(last)) return 'only repeats the name';
  const found = denied.find(([pattern]) => pattern.test(description));
  return found ? `matches ${found[0]}` : null;
}

/**
 * Converts a name to words, so that `statusChangedAt`, `STATUS_CHANGED_AT` and `The status changed at.` become equal.
 */
function toWords(text: string): string {
  const words =
    text
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.filter(word => !['the', 'a', 'an', 'of'].includes(word)).join(' ');
}

function membersOf(type: GraphQLNamedType): Described[] {
  if (isEnumType(type)) return type.getValues().map(value => ({ ...value, name: `${type.name}.${value.name}` }));
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap(field => {
    const name = `${type.name}.${field.name}`;
    const args: readonly Described[] = 'args' in field ? field.args : [];
    return [{ name, description: field.description }, ...args.map(arg => ({ ...arg, name: `${name}(${arg.name}` }))];
  });
}
