import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';

/**
 * The only key of an object that replaces a number which a double cannot hold. It is random for each process, so that
 * no client can send it.
 */
const markerKey = `inexact-number-${randomUUID()}`;
/** The marker in the notation of graphql-js error messages. */
const shownMarker = new RegExp(`\\{ ${markerKey}: "([^"]*)" \\}`, 'g');

/** Matches text that may contain an inexact number: 16 digits in a row, or an exponent. Other text is not scanned. */
const mayBeInexact = /\d{16}|\d[eE][+-]?\d/;
/** The limit on marked numbers, because more would make the text many times as long. */
const maxInexactNumbers = 100;
const jsonNumber = /-?(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?/y;

/**
 * Replaces each number that JSON.parse would change by a marker, which `findInexactNumber` recognizes and every scalar
 * except JSON rejects. All other text stays unchanged. Takes time in proportion to the text.
 *
 * @throws GraphQLError (BAD_USER_INPUT) if there are more than 100 such numbers.
 */
export function markInexactNumbers(json: string): string {
  if (!mayBeInexact.test(json)) return json;
  let marked = '';
  let copied = 0;
  let count = 0;
  for (let at = 0; at < json.length; ) {
    const code = json.charCodeAt(at);
    if (code === 0x22) {
      at = skipString(json, at);
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      jsonNumber.lastIndex = at;
      const source = jsonNumber.exec(json)?.[0] ?? '-';
      if (source !== '-' && !isExact(source)) {
        count += 1;
        if (count > maxInexactNumbers) throw tooManyInexactNumbers(source);
        marked += `${json.slice(copied, at)}{"${markerKey}":"${source}"}`;
        copied = at + source.length;
      }
      at += source.length;
    } else {
      at += 1;
    }
  }
  return copied === 0 ? json : marked + json.slice(copied);
}

function tooManyInexactNumbers(source: string): GraphQLError {
  const problem = `The request has more than ${maxInexactNumbers} numbers that cannot be held, such as ${shorten(source)}.`;
  return new GraphQLError(`${problem} Use payloadText to send them unchanged.`, {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

/** Shortens a number for an error message. */
export function shorten(source: string): string {
  return source.length > 50 ? `${source.slice(0, 50)}...` : source;
}

/** The original text of a marked number anywhere in this value. Null if there is none. */
export function findInexactNumber(value: unknown): string | null {
  const pending = [value];
  while (pending.length > 0) {
    const current = pending.pop();
    if (typeof current !== 'object' || current === null) continue;
    const source = (current as Readonly<Record<string, unknown>>)[markerKey];
    if (typeof source === 'string') return source;
    for (const child of Object.values(current)) pending.push(child);
  }
  return null;
}

/** Replaces the markers in an error message by the numbers that the client sent. */
export function showInexactNumbers(message: string): string {
  return message.includes(markerKey) ? message.replaceAll(shownMarker, '$1') : message;
}

/**
 * Whether a double represents this JSON number well enough. Numbers beyond 2^53 must keep every digit. Smaller numbers
 * may be rounded to the 15 to 17 digits of a double. Numbers that become infinity or 0 as a double are inexact.
 */
export function isExact(source: string): boolean {
  const value = Number(source);
  if (Number.isSafeInteger(value) && value !== 0) return true;
  if (!Number.isFinite(value)) return false;
  if (value === 0) return significantDigits(source).digits === '';
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return true;
  const given = significantDigits(source);
  const held = significantDigits(String(value));
  return given.digits === held.digits && given.exponent === held.exponent;
}

/** Splits a number into `0.<digits>` times 10^`exponent`, without leading and trailing zeros. Zero has no digits. */
function significantDigits(source: string): { readonly digits: string; readonly exponent: number } {
  jsonNumber.lastIndex = 0;
  const [, whole = '', fraction = '', power = '0'] = jsonNumber.exec(source) ?? [];
  const all = whole + fraction;
  const start = all.search(/[1-9]/);
  if (start < 0) return { digits: '', exponent: 0 };
  return { digits: trimZeros(all.slice(start)), exponent: whole.length - start + Number(power) };
}

function trimZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

/**
 * @returns the position after the JSON string that begins at `start`, or the end of the text if the string is not
 * closed.
 */
export function skipString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
  return json.length;
}
