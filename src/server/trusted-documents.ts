import { readFile } from 'node:fs/promises';
import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { ForbiddenError } from '../errors.ts';

/** Documents with an id, so that a client need not send their text. In strict mode, no other document is accepted. */
export interface TrustedDocuments {
  /**
   * Returns the text to execute for the `query` of a client: the text itself, or the document with this id.
   *
   * @throws ForbiddenError if only trusted documents are accepted and this is none.
   */
  resolve(queryOrId: string): string;
  /**
   * Returns the document with an id.
   *
   * @throws GraphQLError `PersistedQueryNotFound`, or `PersistedQueryNotSupported` if there are no trusted documents.
   * Clients of Apollo and urql react to these messages: after the first they send the text once, after the second
   * always.
   */
  find(id: string): string;
}

const manifest = z.record(z.string(), z.string());

/**
 * Reads a manifest: a JSON object from ids, mostly SHA-256 in hex, to documents, as graphql-codegen's
 * `persistedDocuments` and relay-compiler's `persistConfig` write it.
 *
 * @throws Error that names the file if it cannot be read or has another format.
 */
export async function readTrustedDocuments(path: string, isOnly: boolean): Promise<TrustedDocuments> {
  try {
    return createTrustedDocuments(manifest.parse(JSON.parse(await readFile(path, 'utf8'))), isOnly);
  } catch (error) {
    throw new Error(`TRUSTED_DOCUMENTS: ${path} is not a JSON object from ids to documents`, { cause: error });
  }
}

/** Creates trusted documents from texts by their ids. With `isOnly`, all other documents are rejected. */
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
