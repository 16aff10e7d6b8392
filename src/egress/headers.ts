/** A header that the owner of an endpoint has added. The value of a secret one is sent, and never shown or recorded. */
export interface CustomHeader {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
}

export type HeaderCheck = { ok: true } | { ok: false; path: string; message: string };

const maxHeaders = 50;
const maxNameChars = 256;
const maxValueChars = 4096;

/** RFC 9110, 5.6.2: the characters of a token. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 9110, 5.5: visible ASCII and obs-text (Latin-1), with spaces and tabs between, never at an end. */
const fieldValue = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;

/** Framing and the connection are the client's business; the rest carries what a receiver trusts us to have set. */
const forbiddenNames = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);
const forbiddenPrefixes = ['proxy-', 'webhook-', 'x-webhook-'];

/**
 * Judges an endpoint's custom headers: at most 50, names of at most 256 characters that are tokens, ours or the
 * connection's to set by none, and given once (in any case); values of at most 4,096 characters, Latin-1 without
 * controls. The `path` of a refusal is relative to the list: `2.name`, `2.value`, or empty for the list itself.
 */
export function checkCustomHeaders(headers: readonly { name: string; value: string }[]): HeaderCheck {
  if (headers.length > maxHeaders) return { ok: false, path: '', message: `must not be more than ${maxHeaders}` };
  const seen = new Set<string>();
  for (const [index, { name, value }] of headers.entries()) {
    const nameProblem = checkName(name, seen);
    if (nameProblem) return { ok: false, path: `${index}.name`, message: nameProblem };
    const valueProblem = checkValue(value);
    if (valueProblem) return { ok: false, path: `${index}.value`, message: valueProblem };
    seen.add(name.toLowerCase());
  }
  return { ok: true };
}

function checkName(name: string, seen: ReadonlySet<string>): string | null {
  if (name.length > maxNameChars) return `must not be longer than ${maxNameChars} characters`;
  if (!token.test(name)) return 'must be made of letters, digits and the other characters of a header name';
  const lower = name.toLowerCase();
  if (forbiddenNames.has(lower) || forbiddenPrefixes.some(prefix => lower.startsWith(prefix))) {
    return `"${lower}" is set by Livehook`;
  }
  return seen.has(lower) ? `"${lower}" is given twice` : null;
}

function checkValue(value: string): string | null {
  if (value.length > maxValueChars) return `must not be longer than ${maxValueChars} characters`;
  return fieldValue.test(value)
    ? null
    : 'must be visible ASCII or Latin-1, without line breaks, and not begin or end with a space';
}
