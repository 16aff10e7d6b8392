import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { ConnectionBudget } from '../connection-budget.ts';
import { readBody } from '../http-body.ts';
import type { HttpContext, OperationContext } from '../operation-context.ts';
import { checkContentType, readOperationRequest } from '../operation-request.ts';
import type { RequestBytes } from '../request-bytes.ts';
import type { TrustedDocuments } from '../trusted-documents.ts';

export interface RequestParserOptions {
  readonly connections: ConnectionBudget;
  readonly trustedDocuments: TrustedDocuments;
  readonly maxRequestBytes: number;
  readonly requestBytes: RequestBytes;
}

/**
 * Reads the operation from a request. Yoga's own parsers accept a body of any content type and count no bytes. This one
 * counts bytes for the key while they arrive and for the tenant until the response is sent, limits the decoded size and
 * the values and levels of the JSON, keeps numbers that a double cannot represent, and rejects invalid UTF-8.
 */
export function useRequestParser(options: RequestParserOptions): Plugin<OperationContext, HttpContext> {
  const { connections, trustedDocuments, maxRequestBytes, requestBytes } = options;
  return {
    onRequestParse({ serverContext: { req, res, actor }, setRequestParser }) {
      if (!actor) throw new Error('a request was parsed before it was authenticated');
      if (req.method === 'POST') checkContentType(req.headers['content-type']);
      setRequestParser(async () => {
        if (req.method !== 'POST') return readOperationRequest(req, null, trustedDocuments) as GraphQLParams;
        const body = await readBody(req, {
          maxBytes: maxRequestBytes,
          connection: connections.get(req.socket),
          requester: actor,
          response: res,
          requestBytes,
        });
        return readOperationRequest(req, body, trustedDocuments) as GraphQLParams;
      });
    },
  };
}
