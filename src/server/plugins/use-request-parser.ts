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
 * Reads what a request asks for. Yoga's own parsers read a body of any content that JSON.parse takes and count its bytes
 * for nobody. This one counts them for the key while they arrive, decodes them within the same bound, bounds the values
 * and levels of the JSON, keeps numbers that a double cannot hold, and refuses what is not UTF-8.
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
