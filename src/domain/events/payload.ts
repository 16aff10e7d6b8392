import { BadUserInputError, PayloadTooLargeError } from '../../errors.ts';
import { joinPath } from '../arguments.ts';

/**
 * Returns the payload text that is stored, signed and sent: `payloadText` byte for byte, or `payload` as JSON. A null
 * `payload` counts as absent, because many clients send null for unused fields. To publish JSON null, use
 * `payloadText`.
 *
 * @param path the path of the input, such as `input` or `inputs.3`. Empty if its fields are arguments themselves.
 * @param textField the name of `payloadText` in the API that the client uses.
 * @throws BadUserInputError if both or neither are given, or the text is not JSON or has more than 1,000 levels;
 *   PayloadTooLargeError.
 */
export function requirePayload(
  input: { readonly payload?: unknown; readonly payloadText?: string | null | undefined },
  path: string,
  maxBytes: number,
  textField = 'payloadText',
): string {
  const argument = joinPath(path, (input.payload ?? null) === null ? textField : 'payload');
  // The size is checked before parsing, so that a large text costs little.
  if (typeof input.payloadText === 'string') requireBytes(input.payloadText, argument, maxBytes);
  const text = pickText(input, path, textField);
  requireBytes(text, argument, maxBytes);
  if (isDeeper(text, maxLevels)) throw new BadUserInputError(argument, tooDeep);
  return text;
}

function requireBytes(text: string, argument: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return;
  throw new PayloadTooLargeError(argument, `must have at most ${maxBytes} bytes; these are ${bytes}`);
}

/**
 * The largest depth of objects and arrays. Templates, redaction and clients may read payloads by recursion, which would
 * overflow the stack.
 */
const maxLevels = 1000;
const tooDeep = `is nested too deeply: at most ${maxLevels} levels of objects and arrays`;

/** Whether a text of valid JSON has more than `levels` nested levels. */
function isDeeper(json: string, levels: number): boolean {
  if (json.length <= levels * 2) return false;
  let level = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at += 1) {
    const char = json[at];
    if (char === '"') isInString = !isInString;
    else if (isInString) at += char === '\\' ? 1 : 0;
    else if (char === '{' || char === '[') level += 1;
    else if (char === '}' || char === ']') level -= 1;
    if (level > levels) return true;
  }
  return false;
}

function pickText(
  input: { readonly payload?: unknown; readonly payloadText?: string | null | undefined },
  path: string,
  textField: string,
): string {
  const { payload, payloadText } = input;
  const hasPayload = payload !== undefined && payload !== null;
  if (hasPayload && typeof payloadText === 'string') {
    throw new BadUserInputError(joinPath(path, textField), 'must not be given together with payload');
  }
  if (typeof payloadText === 'string') return requireJsonText(payloadText, joinPath(path, textField));
  if (!hasPayload) throw new BadUserInputError(joinPath(path, 'payload'), 'is required, unless payloadText is given');
  try {
    // The text is well-formed Unicode, because JSON.stringify escapes lone surrogates.
    return JSON.stringify(payload);
  } catch {
    throw new BadUserInputError(joinPath(path, 'payload'), tooDeep);
  }
}

/** Describes an error of JSON.parse without the piece of the payload that some of its messages quote. */
function explain(error: unknown): string {
  if (!(error instanceof SyntaxError)) return `: it ${tooDeep}`;
  const place = /at position \d+( \(line \d+ column \d+\))?/.exec(error.message)?.[0];
  return place ? `: it is not ${place}` : error.message.startsWith('Unexpected end') ? ': it ends too early' : '';
}

function requireJsonText(text: string, argument: string): string {
  if (!text.isWellFormed()) throw new BadUserInputError(argument, 'must be well-formed Unicode');
  try {
    JSON.parse(text);
  } catch (error) {
    throw new BadUserInputError(argument, `must be valid JSON${explain(error)}`);
  }
  return text;
}
