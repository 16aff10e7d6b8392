import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import type { FieldPrice } from '../../src/graphql/costs.ts';
import { schema } from '../../src/graphql/schema.ts';
import { planCost } from '../../src/server/operation-cost.ts';

type Field = GraphQLField<unknown, unknown>;

const types = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
);
const fields = types.flatMap(type => Object.values(type.getFields()).map(field => ({ type, field })));
const lists = fields.filter(({ field }) => isListType(getNullableType(field.type)));

function costOf(query: string, variables = {}): number {
  const document = parse(query);
  return planCost(schema, document, document.definitions[0] as OperationDefinitionNode)(variables);
}

function takes({ args }: Field, ...names: string[]): boolean {
  return args.some(({ name }) => names.includes(name));
}

/** The fields that return a type. */
function fieldsTo(type: GraphQLObjectType): Field[] {
  return fields.filter(({ field }) => getNamedType(field.type) === type).map(({ field }) => field);
}

describe('every list of the schema has a bound that the cost analysis knows', () => {
  test.each(lists.map(({ type, field }) => [`${type.name}.${field.name}`, type, field] as const))(
    '%s',
    (_, type, field) => {
      const { listSize, listSizeOf } = field.extensions as FieldPrice;
      if (listSize !== undefined) return expect(listSize).toBeGreaterThan(0);
      if (takes(field, 'first', 'last')) return;
      const above = fieldsTo(type);
      if (listSizeOf === undefined) {
        expect(above.filter(each => !takes(each, 'first', 'last')).map(each => each.name)).toEqual([]);
        return;
      }
      // Finds the mutation by its name, because the list is in a member of its result union.
      const mutation = schema.getMutationType()?.getFields().publishEvents as Field;
      expect(takes(mutation, listSizeOf)).toBe(true);
    },
  );

  test('the schema contains more than 20 lists to check', () => expect(lists.length).toBeGreaterThan(20));
});

describe('the cost of an operation', () => {
  test.each([
    // The terms are the field, the list of attempts, and each attempt with its number.
    ['{ delivery(id: "a") { attempts { number } } }', 1 + 5 + 50 * 2],
    ['{ delivery(id: "a") { attempts(last: 100) { number } } }', 1 + 5 + 100 * 2],
    ['{ delivery(id: "a") { attempts(last: 2) { request { body } } } }', 1 + 5 + 2 * (1 + 1 + 12)],
    ['{ delivery(id: "a") { replays { id } } }', 1 + 10 + 20 * 2],
    ['{ delivery(id: "a") { replays(first: 3) { replays(first: 3) { id } } } }', 1 + 10 + 3 * (1 + 10 + 3 * 2)],
    ['{ apiKeys { id } }', 50 + 1000 * 2],
    ['{ eventTypes }', 50 + 100],
    ['{ endpoints(first: 1) { nodes { id } } }', 1 + 50 + 2],
    ['{ endpoints(first: 1, orderBy: { field: BACKLOG, direction: DESC }) { nodes { id } } }', 1 + 800 + 50 + 2],
    ['{ endpoints(first: 1, orderBy: null) { nodes { id } } }', 1 + 50 + 2],
    ['{ deliveries(first: 1) { totalCount { value } } }', 1 + 50 + 160 + 1],
    ['{ deliveries(first: 1) { totalCount(max: 1000000) { value } } }', 1 + 50 + 16_000 + 1],
    ['{ deliveries(first: 1, filter: { eventTypes: ["a.*", "b"] }) { nodes { id } } }', 1 + 50 + 6 + 2],
    ['{ deliveries(first: 1, filter: { search: "a" }) { nodes { id } } }', 1 + 50 + 100 + 2],
    ['{ endpoints(first: 1, search: "a") { nodes { id } } }', 1 + 50 + 100 + 2],
    ['{ deliveryStats { byEndpoint { count } } }', 800 + 1 + 50 * 2],
  ])('is the sum of the prices of its fields: %s', (query, cost) => {
    expect(costOf(query)).toBe(cost);
  });

  test('depends on the values of filter variables', () => {
    const query = 'query ($filter: DeliveryFilter) { deliveries(first: 1, filter: $filter) { nodes { id } } }';
    const eventTypes = Array.from({ length: 1000 }, (_, index) => `type${index}.*`);
    expect(costOf(query)).toBe(53);
    expect(costOf(query, { filter: { eventTypes } })).toBe(53 + 5000);
    expect(costOf(query, { filter: { eventTypes: [[[]], null, {}] } })).toBe(53 + 3);
  });
});
