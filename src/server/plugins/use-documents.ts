import {
  type GraphQLError,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  SingleFieldSubscriptionsRule,
  specifiedRules,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { schema } from '../../graphql/schema.ts';
import { DocumentBudget } from '../document-budget.ts';
import type { HttpContext, OperationContext } from '../operation-context.ts';
import { createRequestError } from '../operation-request.ts';
import { createPrepareDocument, type PreparedDocument, type PreparedOperation } from '../prepared-documents.ts';
import { SubscriptionRootRule } from '../subscription-root-rule.ts';
import type { TrustedDocuments } from '../trusted-documents.ts';

export interface DocumentOptions {
  /** Whether clients may use introspection. */
  readonly introspection: boolean;
  /** The CPU time in milliseconds per second that a credential may spend on new documents; 0 means no limit. */
  readonly documentCpuMsPerSecond: number;
  readonly trustedDocuments: TrustedDocuments;
}

/**
 * Parses, limits and validates each document once, caches it, and finds the requested operation. Ids of trusted
 * documents are resolved here, so that websockets can use them: the hook of `@graphql-yoga/plugin-persisted-operations`
 * only runs for HTTP.
 *
 * The limits of `@escape.tech/graphql-armor-*` run together with the validation rules, which compare fields pairwise. A
 * document must be rejected before that (document-limits.ts). Yoga's caches are limited by the number of documents,
 * this one also by their length. A document that is not cached is charged to the CPU budget of its key
 * (document-budget.ts).
 */
export function useDocuments(
  options: DocumentOptions & { readonly maskError: (error: unknown) => GraphQLError },
): Plugin<OperationContext, HttpContext> {
  const { introspection, trustedDocuments, maskError } = options;
  const rules = specifiedRules.map(rule => (rule === SingleFieldSubscriptionsRule ? SubscriptionRootRule : rule));
  if (!introspection) rules.push(NoSchemaIntrospectionCustomRule);
  const prepareDocument = createPrepareDocument(schema, {
    rules,
    hideSuggestions: !introspection,
    budget: new DocumentBudget(options.documentCpuMsPerSecond),
    maskError,
  });
  const prepared = new WeakMap<object, PreparedDocument>();
  return {
    onParse({ context, params, extendContext, setParsedDocument }) {
      const document = prepareDocument(trustedDocuments.resolve(String(params.source)), context.actor);
      prepared.set(document.document, document);
      const { operationName } = context.params;
      // Without this throw, Yoga would report an invalid document as one with an unknown operation.
      const [problem] = document.errors;
      if (problem && !getOperationAST(document.document, operationName)) throw problem;
      if (!problem) extendContext({ operation: requireOperation(document, context) });
      setParsedDocument(document.document);
    },
    onValidate({ params, setResult }) {
      setResult(prepared.get(params.documentAST)?.errors ?? []);
    },
  };
}

/** Returns the requested operation. @throws GraphQLError if it is missing or does not fit the accepted media type. */
function requireOperation(document: PreparedDocument, { params, res, mediaType }: OperationContext): PreparedOperation {
  const operation = document.findOperation(params.operationName);
  // The error is thrown here, because Yoga reports errors of its own parser as syntax errors.
  if (operation instanceof Error) throw operation;
  const isSubscription = operation.definition.operation === OperationTypeNode.SUBSCRIPTION;
  if (res && mediaType !== 'stream' && isSubscription) {
    throw createRequestError(406, 'Subscribe with "accept: text/event-stream" or over a websocket.');
  }
  return operation;
}
