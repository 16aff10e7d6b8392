import { createSourceEventStream, type GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { runInOperation } from '../../database/operation-scope.ts';
import type { Execution } from '../execution.ts';
import { mapUpdates } from '../map-updates.ts';
import type { OperationContext } from '../operation-context.ts';
import type { PreparedOperation } from '../prepared-documents.ts';

export interface ExecutionPluginOptions {
  readonly execution: Execution;
  readonly maskError: (error: unknown) => GraphQLError;
}

/** The signal of an operation whose client cannot disconnect. */
const never = new AbortController().signal;

/**
 * Executes operations, most of them as compiled functions (compile-operation.ts), within the deadline and the budget of
 * a response (execution.ts). A subscription is executed once for each update, when there is capacity for its result.
 *
 * `@envelop/graphql-jit` compiles every document at its first use, even those for which its result differs from
 * graphql-js (compile-operation.ts lists them). No published plugin cancels the SQL statements of an operation after its deadline.
 */
export function useExecution({ execution, maskError }: ExecutionPluginOptions): Plugin<OperationContext> {
  return {
    onExecute({ context, setExecuteFn }) {
      const operation = requireOperation(context);
      setExecuteFn(async () => {
        try {
          return await execution.execute(operation, context, context.params.variables ?? {});
        } catch (error) {
          return { errors: [maskError(error)] };
        }
      });
    },
    onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      const operation = requireOperation(args.contextValue);
      const variables = operation.pickVariables(args.variableValues ?? {});
      // This replaces Yoga's own check of variables, whose errors suggest names of the schema even if it is hidden.
      const errors = execution.checkVariables(operation, variables);
      if (errors.length > 0) return setResultAndStopExecution({ errors });
      setSubscribeFn(async given => {
        const { actor, clientSignal: signal = never } = given.contextValue as OperationContext;
        // Statements of the subscription's source, at its start and before each update, also count for the tenant.
        const inOperation = <T>(run: () => T) =>
          runInOperation({ tenantId: actor.tenantId, kind: 'READ', signal }, run);
        const source = await inOperation(() => createSourceEventStream({ ...given, variableValues: variables }));
        if (!(Symbol.asyncIterator in source)) return source;
        return mapUpdates(readWithin(source, inOperation), async update => {
          const room = await execution.acquireUpdateRoom(actor.tenantId, operation, variables, 1);
          const result = await execution.executeUpdate(operation, given.contextValue, variables, update);
          // Release the capacity in the next turn of the event loop, when the update has been written.
          setImmediate(() => room[Symbol.dispose]());
          return result;
        });
      });
    },
  };
}

function requireOperation({ operation }: OperationContext): PreparedOperation {
  if (!operation) throw new Error('an operation was executed that was not prepared');
  return operation;
}

/** Wraps a source, so that each of its items is read inside `run`. */
function readWithin<T>(source: AsyncIterable<T>, run: <R>(read: () => R) => R): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const items = source[Symbol.asyncIterator]();
      return {
        next: () => run(() => items.next()),
        return: async () => (await items.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}
