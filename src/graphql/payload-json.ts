import { LivehookError } from '../errors.ts';

/** Half of where `JSON.stringify` overflows the stack; the answer itself adds some levels. */
const maxLevels = 2000;

class TooDeeplyNestedError extends LivehookError {
  readonly code = 'QUERY_TOO_COMPLEX';
}

/**
 * A payload as JSON, or null where there is none. Numbers lose what a double cannot hold.
 *
 * @throws LivehookError (QUERY_TOO_COMPLEX) where it is nested more than 2,000 levels deep: it can be parsed, and the
 * answer that holds it could not be written.
 */
export function parsePayload(text: string | null): unknown {
  if (text === null) return null;
  if (measureLevels(text) > maxLevels) {
    throw new TooDeeplyNestedError(`The payload is nested more than ${maxLevels} levels deep: ask for payloadText.`);
  }
  return JSON.parse(text);
}

/** The deepest nesting of arrays and objects in valid JSON. */
function measureLevels(json: string): number {
  let level = 0;
  let deepest = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++level);
    else if (token === ']' || token === '}') level -= 1;
  }
  return deepest;
}
