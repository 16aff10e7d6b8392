import { skipString } from '../../graphql/inexact-numbers.ts';

/** JSON from which the payloads were extracted, so that their text is published as the client sent it. */
export interface ExtractedPayloads {
  /** The JSON with an index in place of each payload. It is valid if and only if the rest of the JSON was valid. */
  readonly json: string;
  readonly payloads: readonly string[];
}

/**
 * Extracts the value of each `payload` member from JSON that is an event or an array of events. Takes time in
 * proportion to the text. Invalid text is not detected here, but when `json` and the payloads are parsed.
 */
export function extractPayloads(text: string): ExtractedPayloads {
  const isList = /^\s*\[/.test(text);
  const eventLevel = isList ? 2 : 1;
  const payloads: string[] = [];
  let json = '';
  let copied = 0;
  let level = 0;
  let at = 0;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') {
      const end = skipString(text, at);
      const colon = level === eventLevel && isPayloadName(text.slice(at, end)) ? skipSpace(text, end) : -1;
      at = end;
      if (text[colon] === ':') {
        const start = skipSpace(text, colon + 1);
        const valueEnd = findValueEnd(text, start);
        json += text.slice(copied, start) + payloads.length;
        payloads.push(text.slice(start, valueEnd).trimEnd());
        copied = valueEnd;
        at = valueEnd;
      }
      continue;
    }
    if (char === '{' || char === '[') level += 1;
    else if (char === '}' || char === ']') level -= 1;
    at += 1;
  }
  return { json: json + text.slice(copied), payloads };
}

/** Whether a JSON string is `payload`. It may be written with escapes, such as `"p\u0061yload"`. */
function isPayloadName(source: string): boolean {
  if (source === '"payload"') return true;
  if (!source.includes('\\') || source.length > '"payload"'.length * 6) return false;
  try {
    return JSON.parse(source) === 'payload';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && ' \t\n\r'.includes(text[at] as string)) at += 1;
  return at;
}

/** The position of the comma or bracket after the value that begins at `start`, or the end of the text. */
function findValueEnd(text: string, start: number): number {
  let level = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') at = skipString(text, at) - 1;
    else if (char === '{' || char === '[') level += 1;
    else if (level === 0 && (char === ',' || char === '}' || char === ']')) return at;
    else if (char === '}' || char === ']') level -= 1;
  }
  return text.length;
}
