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

/**
 * Executes a query or a mutation, or a subscription for one thing that has happened: `rootValue`. Its result is what
 * graphql-js would answer, errors included.
 */
export type ExecuteOperation = (
  context: GraphqlContext,
  variables: Variables,
  rootValue?: unknown,
) => ExecutionResult | Promise<ExecutionResult>;

/** Compiling takes up to 30 ms of CPU: only documents that are used again and again are worth it. */
export const interpretedExecutions = 10;

/**
 * Executes with graphql-js at first, and after `interpretedExecutions` as a function compiled for this very query.
 * Only queries whose compiled form answers as graphql-js does: not those with directives (`@skip` and `@include` below fragments),
 * with a variable inside an object or a list (where it is absent the compiler passes null, which resets), or with a
 * name that every JavaScript object inherits, such as `constructor` (which the compiler takes for a value).
 *
 * @param hideSuggestions whether errors leave out the names that the schema has.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  hideSuggestions: boolean,
): ExecuteOperation {
  const operationName = operation.name?.value;
  const interpret: ExecuteOperation = (contextValue, variableValues, rootValue) =>
    execute({ schema, document, operationName, contextValue, variableValues, rootValue, hideSuggestions });
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
    // The compiler takes some variables that are wrong, such as a list for an input object.
    if (definitions.length > 0 && getVariableValues(schema, definitions, variables).errors) {
      return interpret(context, variables);
    }
    const result = compiled.query(undefined, context, variables);
    return result instanceof Promise ? result.then(finish) : finish(result);
  };
}

/** The compiler's errors know line and column, where those of graphql-js know the place in the source. */
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
  const refuse = () => {
    compilable = false;
    return BREAK;
  };
  visit(document, {
    Directive: refuse,
    Name: ({ value }) => (value in Object.prototype ? refuse() : undefined),
    ObjectValue: value => (holdsVariable(value) ? refuse() : false),
    ListValue: value => (holdsVariable(value) ? refuse() : false),
  });
  return compilable;
}

function holdsVariable(value: ValueNode): boolean {
  let holds = false;
  visit(value, {
    Variable() {
      holds = true;
      return BREAK;
    },
  });
  return holds;
}
