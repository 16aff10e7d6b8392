import {
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ValueNode,
  visit,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import type { GraphqlContext } from '../graphql/context.ts';
import type { Variables } from './operation-cost.ts';
import { limitVariableErrors } from './variable-errors.ts';

/**
 * Executes a query or mutation, or a subscription for the one update in `rootValue`. The result, including errors, is
 * equal to that of graphql-js.
 */
export type ExecuteOperation = (
  context: GraphqlContext,
  variables: Variables,
  rootValue?: unknown,
) => ExecutionResult | Promise<ExecutionResult>;

/**
 * The number of executions after which an operation is compiled. Compiling takes up to 30 ms of CPU time, which is only
 * worthwhile for documents that are used repeatedly.
 */
export const interpretedExecutions = 10;

/**
 * Executes an operation: the first `interpretedExecutions` times with graphql-js, later as a compiled function.
 * Operations for which the result of the compiler can differ from that of graphql-js are never compiled:
 * - those with a directive, because the compiler handles `@skip` and `@include` below fragments differently
 * - those with a variable inside an object or list, because the compiler changes an absent variable to null
 * - those with a name that every JavaScript object inherits, such as `constructor`
 *
 * @param hideSuggestions whether errors omit names of the schema.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  hideSuggestions: boolean,
): ExecuteOperation {
  const operationName = operation.name?.value;
  const interpret: ExecuteOperation = (contextValue, variableValues, rootValue) =>
    execute({
      schema,
      document,
      operationName,
      contextValue,
      variableValues,
      rootValue,
      hideSuggestions,
      options: { maxCoercionErrors: limitVariableErrors(variableValues) },
    });
  if (operation.operation !== OperationTypeNode.QUERY || !isCompilable(document)) return interpret;
  let run: ExecuteOperation | null = null;
  let executions = 0;
  return (context, variables, rootValue) => {
    executions += 1;
    if (executions <= interpretedExecutions) return interpret(context, variables, rootValue);
    run ??= compile(schema, document, operation, interpret);
    return run(context, variables, rootValue);
  };
}

function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  interpret: ExecuteOperation,
): ExecuteOperation {
  const compiled = compileQuery(schema, document, operation.name?.value, { disablingCapturingStackErrors: true });
  if (!isCompiledQuery(compiled)) return interpret;
  const definitions = operation.variableDefinitions ?? [];
  const finish = (result: ExecutionResult) =>
    result.errors ? { ...result, errors: result.errors.map(error => restore(error, document)) } : result;
  return (context, variables) => {
    // Check the variables, because the compiler accepts some invalid ones, such as a list for an input object.
    if (definitions.length > 0 && getVariableValues(schema, definitions, variables, { maxErrors: 1 }).errors) {
      return interpret(context, variables);
    }
    const result = compiled.query(undefined, context, variables);
    return result instanceof Promise ? result.then(finish) : finish(result);
  };
}

/** Converts an error of the compiler, which has line and column, to one of graphql-js, which has a source position. */
function restore(error: GraphQLError, document: DocumentNode): GraphQLError {
  const source = document.loc?.source ?? null;
  const starts = [0];
  for (const end of source?.body.matchAll(/\r\n|[\n\r]/g) ?? []) starts.push(end.index + end[0].length);
  const positions = error.locations?.map(({ line, column }) => (starts[line - 1] ?? 0) + column - 1) ?? null;
  return new GraphQLError(error.message, {
    source,
    positions,
    path: error.path ?? null,
    originalError: error.originalError ?? null,
    ...(error.extensions && { extensions: error.extensions }),
  });
}

function isCompilable(document: DocumentNode): boolean {
  let compilable = true;
  const markUncompilable = () => {
    compilable = false;
    return BREAK;
  };
  visit(document, {
    Directive: markUncompilable,
    Name: ({ value }) => (value in Object.prototype ? markUncompilable() : undefined),
    ObjectValue: value => (containsVariable(value) ? markUncompilable() : false),
    ListValue: value => (containsVariable(value) ? markUncompilable() : false),
  });
  return compilable;
}

function containsVariable(value: ValueNode): boolean {
  let holds = false;
  visit(value, {
    Variable() {
      holds = true;
      return BREAK;
    },
  });
  return holds;
}
