import { type DocumentNode, print, stripIgnoredCharacters } from 'graphql';
import type { Plugin } from 'vite';
import { graphql } from '../generated/gql.ts';

const call = /\bgraphql\(\/\* GraphQL \*\/ `([^`]*)`\)/g;

/**
 * Replaces each call of `graphql(...)` by the text of its operation with its fragments, which urql accepts as well. The
 * generated module keeps all operations, parsed, in one map: 34 kB (compressed) of the first script, also for screens that
 * are never opened.
 */
export function inlineDocuments(): Plugin {
  return {
    name: 'inline-documents',
    enforce: 'pre',
    transform(code) {
      if (!code.includes('graphql(/* GraphQL */')) return null;
      return { code: code.replace(call, (_, source: string) => JSON.stringify(textOf(source))), map: null };
    },
  };
}

function textOf(source: string): string {
  const document = (graphql as (source: string) => Partial<DocumentNode>)(source);
  if (!document.definitions) throw new Error(`Run \`npm run generate\`: this operation is new.\n${source}`);
  return stripIgnoredCharacters(print(document as DocumentNode));
}
