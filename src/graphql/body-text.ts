/** The `charset` parameter of a content type. @see https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1 */
const charsetParameter = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

type Headers = readonly { readonly name: string; readonly value: string | null }[];

/**
 * The bytes of a body as text: by the charset of its content type, else UTF-8. What is no text in it becomes U+FFFD.
 *
 * @param cut the bytes end anywhere; a character that they cut is left out.
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

/** Stored headers, `[[name, value], ...]`, as they are shown. */
export function readHeaders(stored: string | null): { name: string; value: string | null }[] {
  const pairs = JSON.parse(stored ?? '[]') as [name: string, value: string | null][];
  return pairs.map(([name, value]) => ({ name, value }));
}
