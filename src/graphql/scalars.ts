import {
  BREAK,
  GraphQLBoolean,
  GraphQLError,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLScalarType,
  GraphQLString,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { AnswerBudget } from './answer-budget.ts';
import { builder } from './builder.ts';
import { formatDateTime } from './format-date-time.ts';
import { findInexactNumber, isExact, shorten } from './inexact-numbers.ts';
import { RawJson } from './raw-json.ts';

/** The bytes to count for a number, a boolean or an enum value in a response. Most are shorter. */
const shortValueBytes = 8;

/** A date and time as in RFC 3339 section 5.6, but without leap seconds, which `Date` cannot represent. */
const rfc3339 =
  /^\d{4}-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

builder.scalarType('DateTime', {
  description:
    'A moment in the format of RFC 3339. The server writes UTC with milliseconds, such as `2026-11-21T08:30:00.000Z`, and accepts any offset.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: value => countText(formatDateTime(typeof value === 'object' ? value.getTime() : value)),
  parseValue: parseDateTime,
});

builder.scalarType('JSON', {
  description:
    'Any JSON value. Most clients parse its numbers as IEEE 754 doubles, and lose digits of integers beyond 2^53. In input, a number that a double cannot hold, such as 9007199254740993 or 1e400, is rejected with BAD_USER_INPUT. `payloadText` accepts and returns such numbers unchanged.',
  serialize: countJson,
  parseValue(value) {
    const source = findInexactNumber(value);
    if (source !== null) throw inexactNumber(source);
    return value;
  },
  parseLiteral(node, variables) {
    const number = findInexactLiteral(node);
    if (number) throw inexactNumber(number.source, number.node);
    return valueFromASTUntyped(node, variables);
  },
});

function inexactNumber(source: string, node?: ValueNode): GraphQLError {
  const problem = `JSON numbers are IEEE 754 doubles here, which cannot hold ${shorten(source)}. Use payloadText to send this number unchanged.`;
  return new GraphQLError(problem, { nodes: node ?? null });
}

function findInexactLiteral(literal: ValueNode): { readonly source: string; readonly node: ValueNode } | null {
  let found: { readonly source: string; readonly node: ValueNode } | null = null;
  const check = (node: ValueNode & { readonly value: string }) => {
    if (isExact(node.value)) return undefined;
    found = { source: node.value, node };
    return BREAK;
  };
  visit(literal, { IntValue: check, FloatValue: check });
  return found;
}

function parseDateTime(value: unknown): Date {
  const [, month, day] = (typeof value === 'string' && rfc3339.exec(value)) || [];
  const date = month === undefined ? null : new Date(value as string);
  if (!date || Number.isNaN(date.getTime()) || !existsInCalendar(value as string, Number(month), Number(day))) {
    throw new GraphQLError('must be a date and time in the format of RFC 3339, such as 2026-11-21T08:30:00Z');
  }
  return date;
}

/** Whether the month has this day. `Date` would accept the 31st of February as a day in March. */
function existsInCalendar(text: string, month: number, day: number): boolean {
  return day <= new Date(Date.UTC(Number(text.slice(0, 4)), month, 0)).getUTCDate();
}

/*
 * Counts every value of a response in the budget of its operation, also in introspection: texts by their length, and
 * numbers and booleans as the few bytes that they take. schema.ts does the same for enums.
 */
for (const type of [GraphQLString, GraphQLID]) {
  const serialize = type.serialize;
  type.serialize = value => countText(serialize(value));
}
countValues(GraphQLInt);
countValues(GraphQLFloat);
countValues(GraphQLBoolean);

function countValues<Value>(type: GraphQLScalarType<Value, Value>): void {
  const serialize = type.serialize;
  type.serialize = value => countShort(serialize(value));
}

/** Counts a number, boolean or enum value in the budget of the running operation, and returns it. */
export function countShort<Value>(value: Value): Value {
  AnswerBudget.running?.spend(shortValueBytes);
  return value;
}

function countText(text: string): string {
  // A long text is returned as RawJson despite the type, and becomes a string when the response is written.
  return (AnswerBudget.running?.spendText(text) ?? text) as string;
}

function countJson(value: unknown): unknown {
  const budget = AnswerBudget.running;
  if (!budget) return value;
  if (value instanceof RawJson) {
    budget.spend(value.bytes);
    return value;
  }
  // Values of other types are small: filters of bulk operations, and changes of the audit log.
  const encoded = new RawJson(JSON.stringify(value));
  budget.spend(encoded.bytes);
  return encoded;
}
