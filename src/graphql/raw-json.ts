import { randomBytes } from 'node:crypto';

/** A string in place of each raw text while the JSON around it is written. Random, so that no client can send it. */
const placeholder = randomBytes(24).toString('base64url');
const quotedPlaceholder = `"${placeholder}"`;

/** The raw texts that the running `writeParts` has found, in order. Null while it does not run. */
let collected: string[] | null = null;

/**
 * A value that is already JSON text. `encodeJson` and `stringifyJson` write the text unchanged. Any other
 * `JSON.stringify` parses it first.
 */
export class RawJson {
  readonly text: string;
  /** The length of the text in bytes of UTF-8. */
  readonly bytes: number;

  /** @param text valid JSON without line breaks, which a server-sent event cannot contain. */
  constructor(text: string) {
    this.text = text;
    this.bytes = Buffer.byteLength(text);
  }

  toJSON(): unknown {
    if (!collected) return JSON.parse(this.text);
    collected.push(this.text);
    return placeholder;
  }
}

/** Encodes a value as JSON in UTF-8. Large raw texts are copied once and never parsed. */
export function encodeJson(value: unknown): Buffer {
  const parts = writeParts(value);
  if (parts.length === 1) return Buffer.from(parts[0] as string);
  const buffer = Buffer.allocUnsafe(parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0));
  let at = 0;
  for (const part of parts) at += buffer.write(part, at);
  return buffer;
}

/** Like `encodeJson`, but returns a string. */
export function stringifyJson(value: unknown): string {
  return writeParts(value).join('');
}

function writeParts(value: unknown): string[] {
  const texts: string[] = [];
  collected = texts;
  try {
    const json = JSON.stringify(value);
    if (texts.length === 0) return [json];
    return json.split(quotedPlaceholder).flatMap((gap, index) => (index === 0 ? [gap] : [texts[index - 1] ?? '', gap]));
  } finally {
    collected = null;
  }
}
