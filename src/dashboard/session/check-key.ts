import { apiPath } from '../base-path.ts';

/** Whether the server takes a key. @returns null where it does, else one sentence why not. */
export async function checkKey(bearer: string): Promise<string | null> {
  // What no HTTP header can hold, no key does.
  if (!/^[\x21-\x7e]+$/.test(bearer)) return 'A key is one word of plain characters.';
  try {
    const response = await fetch(apiPath, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body: JSON.stringify({ query: '{ viewer { tenant { id } } }' }),
    });
    const { errors } = (await response.json()) as { errors?: readonly { message: string }[] };
    return errors?.[0]?.message ?? null;
  } catch {
    return 'The server cannot be reached.';
  }
}
