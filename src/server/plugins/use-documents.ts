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
import { refuse } from '../operation-request.ts';
import { createPrepareDocument, type PreparedDocument, type PreparedOperation } from '../prepared-documents.ts';
import { SubscriptionRootRule } from '../subscription-root-rule.ts';
import type { TrustedDocuments } from '../trusted-documents.ts';

export interface DocumentOptions {
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean;
  /** CPU time that a credential may spend on new documents; 0: no bound. */
  readonly documentCpuMsPerSecond: number;
  readonly trustedDocuments: TrustedDocuments;
}

/**
 * Parses, limits and validates each document once as long as it is remembered, and finds the operation that was asked
 * for. Trusted documents are named by their ids here, so that websockets may use them too: the hook of
 * `@graphql-yoga/plugin-persisted-operations` runs for HTTP alone.
 *
 * The limits of `@escape.tech/graphql-armor-*` are validation rules, which run beside the rules of GraphQL. Those compare
 * fields pairwise, so that a document must be refused before it is validated (document-limits.ts). Yoga's caches of the
 * parser and of validation are bounded by the number of documents, this one by their length too, and a document that is
 * in none is charged to the CPU budget of its key (document-budget.ts).
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
      // Yoga would answer an invalid document without an operation as one whose operation is not known.
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

/** @throws GraphQLError if there is no such operation, or it cannot be answered in the form that was asked for. */
function requireOperation(document: PreparedDocument, { params, res, mediaType }: OperationContext): PreparedOperation {
  const operation = document.findOperation(params.operationName);
  // Thrown by this hook: Yoga answers what its parser throws as a syntax error.
  if (operation instanceof Error) throw operation;
  const isSubscription = operation.definition.operation === OperationTypeNode.SUBSCRIPTION;
  if (res && mediaType !== 'stream' && isSubscription) {
    throw refuse(406, 'Subscribe with "accept: text/event-stream" or over a websocket.');
  }
  return operation;
}
