import { type DocumentNode, print, stripIgnoredCharacters } from 'graphql';
import type { Plugin } from 'vite';
import { graphql } from '../generated/gql.ts';

const call = /\bgraphql\(\/\* GraphQL \*\/ `([^`]*)`\)/g;

/**
 * Replaces each call of `graphql(...)` by the text of its operation and fragments, which urql accepts too. Without
 * this, the first script would contain a map of all parsed operations (34 kB compressed), also of screens that are
 * never opened.
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
