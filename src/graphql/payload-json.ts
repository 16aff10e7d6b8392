import { LivehookError } from '../errors.ts';
import { AnswerBudget } from './answer-budget.ts';
import { RawJson } from './raw-json.ts';

/**
 * The deepest nesting of a payload in a response, because many clients parse recursively. It is half of the depth at
 * which the JSON parser and serializer of Node.js overflow their stack.
 */
const maxLevels = 2000;

class TooDeeplyNestedError extends LivehookError {
  readonly code = 'QUERY_TOO_COMPLEX';
}

/**
 * Converts a payload into a JSON value of the response. Null if there is no payload. The text is not parsed, so that
 * numbers keep every digit.
 *
 * @throws LivehookError (QUERY_TOO_COMPLEX) if it is nested more than 2,000 levels deep.
 */
export function toPayloadJson(text: string | null): RawJson | null {
  if (text === null) return null;
  return AnswerBudget.running?.payload(text, readPayload) ?? readPayload(text);
}

function readPayload(text: string): RawJson {
  if (measureLevels(text) > maxLevels) {
    throw new TooDeeplyNestedError(
      `The payload is nested more than ${maxLevels} levels deep. Select payloadText instead.`,
    );
  }
  // Line breaks can be replaced, because in JSON they are only whitespace: inside strings they are escaped.
  return new RawJson(/[\r\n]/.test(text) ? text.replaceAll(/[\r\n]/g, ' ') : text);
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Counts how deep arrays and objects are nested in valid JSON. */
function measureLevels(json: string): number {
  let level = 0;
  let deepest = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) {
      at = findStringEnd(json, at);
    } else if (code === openBracket || code === openBrace) {
      level += 1;
      if (level > deepest) deepest = level;
    } else if (code === closeBracket || code === closeBrace) {
      level -= 1;
    }
  }
  return deepest;
}

/** The position of the quote that closes the string that begins at `start`. */
function findStringEnd(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return json.length;
}
