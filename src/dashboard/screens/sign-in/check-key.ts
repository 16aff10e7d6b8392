import { apiPath } from '../../base-path.ts';
import { messages } from './messages.ts';

interface Refusal {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

/**
 * Checks an API key with the server.
 * @returns null if the server accepts it, otherwise a sentence that says why not.
 */
export async function checkKey(bearer: string): Promise<string | null> {
  // An HTTP header cannot contain other characters.
  if (!/^[\x21-\x7e]+$/.test(bearer)) return messages.keyMalformed;
  try {
    const response = await fetch(apiPath, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body: JSON.stringify({ query: '{ viewer { tenant { id } } }' }),
    });
    const { errors } = (await response.json()) as { errors?: readonly Refusal[] };
    const [refusal] = errors ?? [];
    if (!refusal) return null;
    return refusal.extensions?.code === 'UNAUTHORIZED' ? messages.keyRejected : refusal.message;
  } catch (error) {
    console.warn('The key cannot be checked:', error);
    return messages.cantReachTheServer;
  }
}
