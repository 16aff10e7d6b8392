import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { ConnectionBudget } from '../connection-budget.ts';
import { readBody } from '../http-body.ts';
import type { HttpContext, OperationContext } from '../operation-context.ts';
import { checkContentType, readOperationRequest } from '../operation-request.ts';
import type { TrustedDocuments } from '../trusted-documents.ts';

export interface RequestParserOptions {
  readonly connections: ConnectionBudget;
  readonly trustedDocuments: TrustedDocuments;
  readonly maxRequestBytes: number;
}

/**
 * Reads the operation from a request. Yoga's own parsers accept a body of any content type and count its bytes for
 * nobody. This one counts bytes for the key while they arrive, limits the decoded size and the values and levels of the
 * JSON, keeps numbers that a double cannot hold, and rejects invalid UTF-8.
 */
export function useRequestParser(options: RequestParserOptions): Plugin<OperationContext, HttpContext> {
  const { connections, trustedDocuments, maxRequestBytes } = options;
  return {
    onRequestParse({ serverContext: { req }, setRequestParser }) {
      if (req.method === 'POST') checkContentType(req.headers['content-type']);
      setRequestParser(async () => {
        const isPost = req.method === 'POST';
        const body = isPost ? await readBody(req, maxRequestBytes, connections.get(req.socket)) : null;
        return readOperationRequest(req, body, trustedDocuments) as GraphQLParams;
      });
    },
  };
}
