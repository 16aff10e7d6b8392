import { GraphQLError, valueFromASTUntyped } from 'graphql';
import { builder } from './builder.ts';
import { formatDateTime } from './format-date-time.ts';

/** RFC 3339 section 5.6; the leap second is left out, as `Date` has none. */
const rfc3339 =
  /^\d{4}-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

builder.scalarType('DateTime', {
  description:
    'A moment as RFC 3339 has it. Always UTC with milliseconds when it comes from here: `2026-11-21T08:30:00.000Z`. Any offset is accepted.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: value => formatDateTime(typeof value === 'object' ? value.getTime() : value),
  parseValue: parseDateTime,
});

builder.scalarType('JSON', {
  description:
    'Any JSON value. Numbers are IEEE 754 doubles here, so integers beyond 2^53 lose digits: where they matter use the field that has the text.',
  serialize: value => value,
  parseValue: value => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

function parseDateTime(value: unknown): Date {
  const [, month, day] = (typeof value === 'string' && rfc3339.exec(value)) || [];
  const date = month === undefined ? null : new Date(value as string);
  if (!date || Number.isNaN(date.getTime()) || !existsInCalendar(value as string, Number(month), Number(day))) {
    throw new GraphQLError('must be a moment as RFC 3339 has it, such as 2026-11-21T08:30:00Z');
  }
  return date;
}

/** `Date` takes the 31st of February for a day in March. */
function existsInCalendar(text: string, month: number, day: number): boolean {
  return day <= new Date(Date.UTC(Number(text.slice(0, 4)), month, 0)).getUTCDate();
}
