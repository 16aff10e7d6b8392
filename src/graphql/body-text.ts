/** The `charset` parameter of a content type. @see https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1 */
const charsetParameter = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

type Headers = readonly { readonly name: string; readonly value: string | null }[];

/**
 * Decodes a body with the charset of its content type, by default UTF-8. Invalid bytes become U+FFFD.
 *
 * @param cut whether the bytes may end within a character, which is then left out.
 */
export function decodeBody(bytes: Uint8Array, headers: Headers, cut = false): string {
  const contentType = headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? '';
  return createDecoder(charsetParameter.exec(contentType)?.[1] ?? 'utf-8').decode(bytes, { stream: cut });
}

function createDecoder(charset: string) {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

/** Converts stored headers, JSON such as `[[name, value], ...]`, to the objects that the API returns. */
export function readHeaders(stored: string | null): { name: string; value: string | null }[] {
  const pairs = JSON.parse(stored ?? '[]') as [name: string, value: string | null][];
  return pairs.map(([name, value]) => ({ name, value }));
}
