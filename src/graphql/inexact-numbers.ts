import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';

/**
 * The one key of an object that stands for a number of a request which a double cannot hold. It is random for each
 * process, so that no client can send it.
 */
const markerKey = `inexact-number-${randomUUID()}`;
/** A marker as graphql-js prints it. */
const shownMarker = new RegExp(`\\{ ${markerKey}: "([^"]*)" \\}`, 'g');

/** Most requests have neither a run of 16 digits nor an exponent, and need no closer look. */
const mayBeInexact = /\d{16}|\d[eE][+-]?\d/;
/** More would make the text many times as long. */
const maxInexactNumbers = 100;
const jsonNumber = /-?(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?/y;

/**
 * JSON in which each number that JSON.parse would change is replaced by a marker, which `findInexactNumber` recognizes
 * and every scalar but JSON refuses. All other text stays as it is. Takes time in proportion to the text.
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

/** A number as an error message quotes it. */
export function shorten(source: string): string {
  return source.length > 50 ? `${source.slice(0, 50)}...` : source;
}

/** The source of a number anywhere in this value that was marked; null if there is none. */
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

/** An error message that quotes a value of a request, with its marked numbers as the client sent them. */
export function showInexactNumbers(message: string): string {
  return message.includes(markerKey) ? message.replaceAll(shownMarker, '$1') : message;
}

/**
 * Whether a double holds this JSON number: integers and magnitudes beyond 2^53 to the last digit, smaller fractions to
 * the usual 15 to 17 digits. Numbers too large for a double, and those so small that they would become 0, are inexact.
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

/** A number as `0.<digits>` times 10^`exponent`, without leading and trailing zeros. Zero has no digits. */
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

/** @returns the position behind the JSON string that begins at `start`, or the end of the text if it is not closed. */
export function skipString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
  return json.length;
}
