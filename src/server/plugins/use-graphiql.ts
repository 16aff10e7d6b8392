import type { Plugin } from 'graphql-yoga';
import { sendGraphiql } from '../graphiql.ts';
import { acceptedMediaType } from '../media-types.ts';
import type { HttpContext, OperationContext } from '../operation-context.ts';

/**
 * Answers a browser that opens the address with GraphiQL, which needs no key. Yoga's own `graphiql` is a page with inline
 * scripts, which the page's Content-Security-Policy forbids, as it may hold a key.
 */
export function useGraphiql(): Plugin<OperationContext, HttpContext> {
  return {
    async onRequest({ serverContext: { req, res }, endResponse, fetchAPI }) {
      if (req.method !== 'GET' || acceptedMediaType(req.headers.accept, 'GET') !== 'graphiql') return;
      await sendGraphiql(req, res);
      endResponse(new fetchAPI.Response(null));
    },
  };
}
