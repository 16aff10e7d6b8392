import { readFile } from 'node:fs/promises';
import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { ForbiddenError } from '../errors.ts';

/** Documents that are known by an id, so that a client need not send their text, or may send no other. */
export interface TrustedDocuments {
  /**
   * The text to execute for what a client sent as `query`: the text itself, or the id of a trusted one.
   *
   * @throws ForbiddenError where only trusted documents are answered and this is none.
   */
  resolve(queryOrId: string): string;
  /**
   * The text of an id.
   *
   * @throws GraphQLError `PersistedQueryNotFound`, or `PersistedQueryNotSupported` if there are no trusted documents:
   * the messages by which the clients of Apollo and urql decide to send the text, this once or always.
   */
  find(id: string): string;
}

const manifest = z.record(z.string(), z.string());

/**
 * Reads a manifest: a JSON object from ids, mostly SHA-256 in hex, to the texts, as graphql-codegen's `persistedDocuments`
 * and relay-compiler's `persistConfig` write it.
 *
 * @throws Error naming the file where it can't be read or is something else.
 */
export async function readTrustedDocuments(path: string, isOnly: boolean): Promise<TrustedDocuments> {
  try {
    return createTrustedDocuments(manifest.parse(JSON.parse(await readFile(path, 'utf8'))), isOnly);
  } catch (error) {
    throw new Error(`TRUSTED_DOCUMENTS: ${path} is not a JSON object from ids to documents`, { cause: error });
  }
}

/** No id is known; with `isOnly` nothing else is answered either. */
export function createTrustedDocuments(documents: Readonly<Record<string, string>>, isOnly: boolean): TrustedDocuments {
  const byId = new Map(Object.entries(documents));
  const texts = new Set(byId.values());
  return {
    resolve(queryOrId) {
      const text = byId.get(queryOrId) ?? queryOrId;
      if (isOnly && !texts.has(text)) throw new ForbiddenError('Only trusted documents are answered here.', null);
      return text;
    },
    find(id) {
      const text = byId.get(id);
      if (text !== undefined) return text;
      if (byId.size === 0) {
        throw new GraphQLError('PersistedQueryNotSupported', { extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } });
      }
      throw new GraphQLError('PersistedQueryNotFound', {
        extensions: { code: 'BAD_USER_INPUT', argument: 'extensions.persistedQuery', http: { status: 400 } },
      });
    },
  };
}
