import { Drop } from 'liquidjs';

/** A number that a double cannot represent. Liquid prints its original digits, but computes with the nearest double. */
class ExactNumber extends Drop {
  readonly source: string;
  constructor(source: string) {
    super();
    this.source = source;
  }
  override valueOf(): string {
    return this.source;
  }
  toJSON(): unknown {
    return rawJson(this.source);
  }
}

/**
 * `JSON.rawJSON` and the source text for revivers exist in Node.js 24, but not yet in TypeScript's library.
 *
 * @see https://github.com/tc39/proposal-json-parse-with-source
 */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
) => unknown;

/**
 * Parses JSON for a template. A number that a double would round (a 20-digit id, a long decimal fraction, 1e999) is
 * printed with its original digits, also by the `json` filter. Other numbers may be printed in another notation (`1.0`,
 * `1e2`). Of duplicate keys, the last one applies.
 *
 * @throws SyntaxError for text that is not JSON, RangeError for some thousand levels of nesting.
 */
export function parseExactJson(text: string): unknown {
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && !isExact(value, source) ? new ExactNumber(source) : value,
  );
}

function isExact(value: number, source: string): boolean {
  return String(value) === source || canonical(String(value)) === canonical(source);
}

/**
 * Returns a decimal number's significant digits and the power of ten of the last digit, so that equal numbers have
 * equal texts.
 */
function canonical(decimal: string): string {
  const [, integer = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(decimal) ?? [];
  const digits = (integer + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return integer === '' ? decimal : '0';
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
