import { BadUserInputError } from '../errors.ts';
import type { Credentials } from './authentication.ts';

type Payload = Readonly<Record<string, unknown>>;

/**
 * Reads the credentials from the payload of `connection_init`. Their names are those of the HTTP headers, in upper or
 * lower case. `authorization` is undefined unless it appears exactly once and is a string.
 *
 * @throws BadUserInputError if `livehook-tenant` appears more than once or is no string, because the default tenant
 * could be the wrong one.
 */
export function readCredentials(payload: Payload, duplicates: readonly string[]): Credentials {
  const read = (wanted: string) => {
    const values = Object.entries(payload).filter(([name]) => name.toLowerCase() === wanted);
    const isDuplicate = duplicates.some(name => name.toLowerCase() === wanted);
    return { values: values.map(([, value]) => value), isOne: values.length === 1 && !isDuplicate };
  };
  const tenant = read('livehook-tenant');
  if (tenant.values.length > 0 && !(tenant.isOne && typeof tenant.values[0] === 'string')) {
    throw new BadUserInputError('livehook-tenant', 'must be one string, the id of a tenant');
  }
  const authorization = read('authorization');
  return {
    authorization:
      authorization.isOne && typeof authorization.values[0] === 'string' ? authorization.values[0] : undefined,
    tenant: tenant.values[0] as string | undefined,
  };
}

/**
 * The names that appear more than once in the top-level object `payload` of a JSON text, and "payload" itself if it
 * appears more than once. `JSON.parse` would keep only the last.
 *
 * @param text valid JSON.
 */
export function findDuplicateNames(text: string): string[] {
  const duplicates: string[] = [];
  const open: { readonly name: string | null; readonly names: Set<string> }[] = [];
  let name: string | null = null;
  for (const { 0: token, 1: isName } of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') {
      open.push({ name, names: new Set() });
      name = null;
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (isName !== undefined) {
      name = JSON.parse(token.slice(0, -isName.length)) as string;
      const names = open.at(-1)?.names;
      const isWanted = open.length === 1 ? name === 'payload' : open.length === 2 && open[1]?.name === 'payload';
      if (isWanted && names?.has(name)) duplicates.push(name);
      names?.add(name);
    }
  }
  return duplicates;
}
