import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
  validate,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';

let api: TestApi;
let endpointId: string;
beforeAll(async () => {
  api = await openTestApi({ maxRequestBytes: 3_000_000 });
  const { createEndpoint } = await api.ask(`mutation {
    createEndpoint(input: { name: "Shop", url: "https://shop.test", status: PAUSED }) {
      ... on CreateEndpointSuccess { endpoint { id } } } }`);
  endpointId = createEndpoint.endpoint.id;
});
afterAll(() => api[Symbol.asyncDispose]());

const texts: Record<string, string> = {
  'U+0000': 'a\u0000b',
  'a lone surrogate': 'a\ud800b',
  'wildcards and quotes': `%_\\'"{}[],;--`,
  nothing: '',
  'a million characters': 'x'.repeat(1_000_000),
  __proto__: '__proto__',
};

/** Creates a value of the type that contains this text wherever a text is possible. */
function fill(type: GraphQLInputType, text: string): unknown {
  if (isNonNullType(type)) return fill(type.ofType, text);
  if (isListType(type)) return [fill(type.ofType, text)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    return Object.fromEntries(Object.values(type.getFields()).map(field => [field.name, fill(field.type, text)]));
  }
  const samples: Record<string, unknown> = { Int: 1, Float: 1, Boolean: true, DateTime: '2100-01-01T00:00:00Z' };
  return samples[type.name] ?? text;
}

/** Creates a valid value for an argument, guessed from its name. */
function fillWell(name: string, type: GraphQLInputType): unknown {
  if (/^(id|endpointId|endpointIds)$/.test(name)) return fill(type, endpointId);
  return fill(type, name === 'url' ? 'https://shop.test' : 'a.b');
}

/** Yields variables that contain the text in one place each, and valid or no values elsewhere. */
function* spread(field: GraphQLField<unknown, unknown>, text: string): Generator<Record<string, unknown>> {
  for (const argument of field.args) {
    const required = field.args.filter(each => isNonNullType(each.type) && each !== argument);
    const others = Object.fromEntries(required.map(each => [each.name, fillWell(each.name, each.type)]));
    const input = getNamedType(argument.type);
    const whole = fill(argument.type, text);
    yield { ...others, [argument.name]: whole };
    if (!isInputObjectType(input)) continue;
    const needed = Object.values(input.getFields()).filter(each => isNonNullType(each.type));
    const least = Object.fromEntries(needed.map(each => [each.name, fillWell(each.name, each.type)]));
    for (const each of Object.values(input.getFields())) {
      const value = { ...least, [each.name]: fill(each.type, text) };
      yield { ...others, [argument.name]: Array.isArray(whole) ? [value] : value };
    }
  }
}

function documentOf(kind: string, field: GraphQLField<unknown, unknown>): string {
  const variables = field.args.map(each => `$${each.name}: ${each.type}`).join(', ');
  const given = field.args.map(each => `${each.name}: $${each.name}`).join(', ');
  const type = getNamedType(field.type);
  const selection =
    isObjectType(type) || isUnionType(type) || 'getInterfaces' in type ? '{ __typename ... on Error { code } }' : '';
  const shown = isUnionType(type) ? selection : selection && '{ __typename }';
  return `${kind} (${variables}) { result: ${field.name}(${given}) ${shown} }`;
}

const roots = { query: schema.getQueryType(), mutation: schema.getMutationType() };
const fields = Object.entries(roots).flatMap(([kind, type]) =>
  Object.values(type?.getFields() ?? {})
    .filter(field => field.args.length > 0)
    .map(field => ({ name: field.name, document: documentOf(kind, field), field })),
);

describe.each(Object.entries(texts))('hostile text in %s', (_what, text) => {
  test.each(fields)(
    'is accepted or rejected as bad input, without an internal error, in $name',
    async ({ document, field }) => {
      expect(validate(schema, parse(document))).toEqual([]);
      for (const variables of spread(field, text)) {
        const { status, errors } = await api.send(document, variables);
        const shown = JSON.stringify(variables).slice(0, 200);
        expect(status, shown).toBeLessThan(500);
        for (const { extensions, message } of errors ?? []) {
          expect(extensions.code, `${message.slice(0, 200)} ${shown}`).not.toBe('INTERNAL');
        }
      }
    },
  );
});
