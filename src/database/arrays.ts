/**
 * Encodes array parameters in PostgreSQL's text format. The recursive serializer of `pg` takes 1.5 to 4 times as long.
 *
 * @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export function encodePlainArray(values: readonly (string | number | boolean | null)[]): string {
  return `{${values.map(value => value ?? 'NULL').join(',')}}`;
}

/** Encodes text of any content except U+0000, which PostgreSQL cannot store. */
export function encodeTextArray(values: readonly (string | null)[]): string {
  return `{${values.map(quoteText).join(',')}}`;
}

export function encodeByteArray(values: readonly (Uint8Array | null)[]): string {
  return `{${values.map(quoteBytes).join(',')}}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes control characters, an array literal contains them as they are.
const controlCharacter = /[\x00-\x1f\ud800-\udfff]/;

function quoteText(value: string | null): string {
  if (value === null) return 'NULL';
  // JSON escapes exactly the characters that an array literal needs escaped, and is twice as fast as `replace`.
  if (!controlCharacter.test(value)) return JSON.stringify(value);
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

function quoteBytes(value: Uint8Array | null): string {
  if (value === null) return 'NULL';
  return `"\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}"`;
}
