import type { Plugin } from 'graphql-yoga';
import { sendGraphiql } from '../graphiql.ts';
import { acceptedMediaType } from '../media-types.ts';
import type { HttpContext, OperationContext } from '../operation-context.ts';

/**
 * Answers a browser that opens the URL with GraphiQL, which needs no key. Yoga's own page has inline scripts, which the
 * Content-Security-Policy of a page that holds a key must forbid.
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
