import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type DefinitionNode, Kind, parse, print } from 'graphql';
import { expect, test } from 'vitest';

const contract = describe(readFileSync(path.join(import.meta.dirname, 'contract.graphql'), 'utf8'));
const schema = describe(readFileSync(path.join(import.meta.dirname, '../../schema.graphql'), 'utf8'));

test.each([...contract])(
  'the schema defines %s exactly as contract.graphql does, on which clients depend',
  (name, type) => {
    expect(schema.get(name)).toBe(type);
  },
);

test('every type, field, argument and enum value of the schema has a description', () => {
  const document = parse(readFileSync(path.join(import.meta.dirname, '../../schema.graphql'), 'utf8'));
  const bare: string[] = [];
  const check = (name: string, node: { readonly description?: unknown }) => {
    if (!node.description) bare.push(name);
  };
  for (const definition of document.definitions) {
    if (!('name' in definition) || !definition.name) continue;
    const name = definition.name.value;
    check(name, definition as never);
    for (const member of membersOf(definition)) {
      check(`${name}.${member.name.value}`, member);
      for (const argument of member.arguments ?? [])
        check(`${name}.${member.name.value}(${argument.name.value})`, argument);
    }
  }
  expect(bare).toEqual([]);
});

interface Member {
  readonly name: { readonly value: string };
  readonly description?: unknown;
  readonly type?: never;
  readonly defaultValue?: never;
  readonly arguments?: readonly Member[];
}

function membersOf(definition: DefinitionNode): readonly Member[] {
  const { fields = [], values = [] } = definition as { fields?: readonly Member[]; values?: readonly Member[] };
  return [...fields, ...values];
}

/** Lists every element of a schema with its type: `Query.delivery`, `Query.delivery(id)`, `Tenant implements Node`. */
function describe(sdl: string): Map<string, string> {
  const described = new Map<string, string>();
  for (const definition of parse(sdl).definitions) {
    if (!('name' in definition) || !definition.name) continue;
    const name = definition.name.value;
    described.set(name, definition.kind);
    if ('interfaces' in definition) {
      for (const each of definition.interfaces ?? []) described.set(`${name} implements ${each.name.value}`, 'yes');
    }
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const each of definition.types ?? []) described.set(`${name} | ${each.name.value}`, 'yes');
    }
    for (const member of membersOf(definition)) {
      described.set(`${name}.${member.name.value}`, describeType(member));
      for (const argument of member.arguments ?? []) {
        described.set(`${name}.${member.name.value}(${argument.name.value})`, describeType(argument));
      }
    }
  }
  return described;
}

function describeType({ type, defaultValue }: Member): string {
  return `${type ? print(type) : 'value'}${defaultValue ? ` = ${print(defaultValue)}` : ''}`;
}
