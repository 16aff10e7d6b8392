import {
  type ExecutionResult,
  GraphQLError,
  getVariableValues,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  specifiedRules,
} from 'graphql';
import { runInOperation } from '../database/operation-scope.ts';
import type { Actor } from '../domain/context.ts';
import { TimeoutError, UnavailableError } from '../errors.ts';
import type { GraphqlContext } from '../graphql/context.ts';
import { type ReportInternalError, toClientError } from '../graphql/errors.ts';
import { schema } from '../graphql/schema.ts';
import { DocumentBudget } from './document-budget.ts';
import { maxCost, type Variables } from './operation-cost.ts';
import { OperationTooComplexError } from './operation-too-complex.ts';
import { createPrepareDocument, type PreparedDocument, type PreparedOperation } from './prepared-documents.ts';
import { SubscriptionRootRule } from './subscription-root-rule.ts';
import { createTrustedDocuments, type TrustedDocuments } from './trusted-documents.ts';

export interface ExecutionOptions {
  readonly report: ReportInternalError;
  /** An operation that takes longer is answered with TIMEOUT, and its statements in the database are canceled. */
  readonly timeoutMs: number;
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean;
  /** CPU time that a credential may spend on new documents; 0: no bound. */
  readonly documentCpuMsPerSecond: number;
  /** Null: any document, and ids of none. */
  readonly trustedDocuments: TrustedDocuments | null;
}

/** What a client asks for. */
export interface OperationRequest {
  /** A document, or the id of a trusted one. */
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Variables;
}

/** Every operation, however it comes, is prepared, limited and executed here. */
export interface Execution {
  readonly trustedDocuments: TrustedDocuments;
  /**
   * @throws GraphQLError or ForbiddenError if the text is no document, is beyond the limits, may not be executed, or is
   * new and the actor's budget for new documents is used up.
   */
  prepare(query: string, actor: Actor): PreparedDocument;
  /** Why the variables are not of the types that the operation declares; empty if they are. */
  checkVariables(operation: PreparedOperation, variables: Variables): readonly GraphQLError[];
  /**
   * Executes a query or a mutation that was prepared and costed. Its errors are as they were thrown, and `extensions`
   * hold `cost: { requested, limit }`.
   */
  execute(operation: PreparedOperation, context: GraphqlContext, variables: Variables): Promise<ExecutionResult>;
  /** All of it. Never rejects; errors are as clients are told. `accept` may throw on what it is shown first. */
  run(
    context: GraphqlContext,
    request: OperationRequest,
    accept: (operation: PreparedOperation) => void,
  ): Promise<ExecutionResult>;
}

export function createExecution(options: ExecutionOptions): Execution {
  const { report, timeoutMs, introspection } = options;
  const trustedDocuments = options.trustedDocuments ?? createTrustedDocuments({}, false);
  const rules = [...specifiedRules, SubscriptionRootRule];
  if (!introspection) rules.push(NoSchemaIntrospectionCustomRule);
  const prepareDocument = createPrepareDocument(schema, {
    rules,
    hideSuggestions: !introspection,
    budget: new DocumentBudget(options.documentCpuMsPerSecond),
  });
  const toErrors = (errors: readonly unknown[]) => errors.map(error => toClientError(error, report));

  const prepare: Execution['prepare'] = (query, actor) => prepareDocument(trustedDocuments.resolve(query), actor);
  const executeWithin = async (
    operation: PreparedOperation,
    context: GraphqlContext,
    variables: Variables,
    requested: number,
  ) => {
    const { data, errors } = await executeInScope(operation, context, variables, timeoutMs);
    const extensions = { cost: { requested, limit: maxCost } };
    // In the order in which they are read: errors first, where there are some.
    if (!errors) return { data: data ?? null, extensions };
    return data === undefined ? { errors, extensions } : { errors, data, extensions };
  };

  return {
    trustedDocuments,
    prepare,
    checkVariables({ definition: { variableDefinitions = [] } }, variables) {
      return (
        getVariableValues(schema, variableDefinitions, variables, { hideSuggestions: !introspection }).errors ?? []
      );
    },
    execute: (operation, context, variables) =>
      executeWithin(operation, context, variables, operation.measureCost(variables)),
    async run(context, { query, operationName, variables }, accept) {
      try {
        const prepared = prepare(query, context.actor);
        if (prepared.errors.length > 0) return { errors: toErrors(prepared.errors) };
        const operation = prepared.findOperation(operationName);
        if (operation instanceof GraphQLError) throw operation;
        accept(operation);
        const cost = operation.measureCost(variables);
        if (cost > maxCost) throw new OperationTooComplexError('cost', cost, maxCost);
        const result = await executeWithin(operation, context, variables, cost);
        return result.errors ? { ...result, errors: toErrors(result.errors) } : result;
      } catch (error) {
        return { errors: toErrors([error]) };
      }
    },
  };
}

/**
 * Runs the operation until its deadline, or until its client is gone. Then it rejects, and nothing more is read or
 * written for it: see operation-scope.ts.
 */
async function executeInScope(
  operation: PreparedOperation,
  context: GraphqlContext,
  variables: Variables,
  timeoutMs: number,
): Promise<ExecutionResult> {
  const ending = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    ending.abort(reason);
    reject(reason);
  };
  const leave = () => end(new UnavailableError('The client has gone.'));
  const timer = setTimeout(
    () => end(new TimeoutError(`The operation took more than ${timeoutMs} ms. A mutation may still take effect.`)),
    timeoutMs,
  );
  const kind = operation.definition.operation === OperationTypeNode.MUTATION ? 'WRITE' : 'READ';
  const scope = { tenantId: context.actor.tenantId, kind, signal: ending.signal } as const;
  context.clientSignal?.addEventListener('abort', leave, { once: true });
  if (context.clientSignal?.aborted) leave();
  try {
    return await Promise.race([runInOperation(scope, () => operation.execute(context, variables)), ended]);
  } finally {
    clearTimeout(timer);
    context.clientSignal?.removeEventListener('abort', leave);
  }
}
