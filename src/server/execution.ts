import { type ExecutionResult, GraphQLError, getVariableValues, OperationTypeNode } from 'graphql';
import { currentOperation, runInOperation } from '../database/operation-scope.ts';
import { mayUse } from '../domain/verbs.ts';
import { AnswerBudget, AnswerTooLargeError, largeBytes } from '../graphql/answer-budget.ts';
import type { GraphqlContext } from '../graphql/context.ts';
import { type ReportInternalError, toClientError } from '../graphql/errors.ts';
import { takeFeedCursor } from '../graphql/feed-cursor.ts';
import { encodeJson, stringifyJson } from '../graphql/raw-json.ts';
import { schema } from '../graphql/schema.ts';
import { FairGate } from './fair-gate.ts';
import { maxCost, type Variables } from './operation-cost.ts';
import { runWithDeadline } from './operation-deadline.ts';
import type { PreparedOperation } from './prepared-documents.ts';
import { limitVariableErrors } from './variable-errors.ts';

export interface ExecutionOptions {
  readonly report: ReportInternalError;
  /** The deadline of an operation. After it the client gets TIMEOUT, and running statements are canceled. */
  readonly timeoutMs: number;
  /**
   * The largest response in bytes. A larger one becomes QUERY_TOO_COMPLEX. Default of `MAX_ANSWER_BYTES`: 16,777,216.
   */
  readonly maxAnswerBytes?: number;
  /** Whether clients may use introspection. */
  readonly introspection: boolean;
}

/** Executes operations of every transport. */
export interface Execution {
  /** Errors for variables that do not have the types that the operation declares. Empty if all are valid. */
  checkVariables(operation: PreparedOperation, variables: Variables): readonly GraphQLError[];
  /**
   * Executes a query or mutation that was prepared and whose cost was checked. Errors are returned as they were thrown,
   * and `extensions` contains `cost: { requested, limit }`.
   */
  execute(operation: PreparedOperation, context: GraphqlContext, variables: Variables): Promise<ExecutionResult>;
  /**
   * Executes a subscription for one update, which has its own budget. Errors are returned as they were thrown. An
   * update over the budget has only an error. Never rejects.
   */
  executeUpdate(
    operation: PreparedOperation,
    context: GraphqlContext,
    variables: Variables,
    update: unknown,
    signal?: AbortSignal,
  ): Promise<ExecutionResult>;
  /**
   * Waits until there is capacity for this many updates of a subscription. Dispose of the result once they are written.
   * Never rejects.
   */
  acquireUpdateRoom(
    tenantId: string,
    operation: PreparedOperation,
    variables: Variables,
    updates: number,
  ): Promise<Disposable>;
  /** Encodes a result as JSON. @throws AnswerTooLargeError */
  encode(result: unknown): Buffer;
  /** Encodes a result as JSON text. Never throws: a result that is too large becomes an error. */
  stringify(result: unknown): string;
}

/** The number of responses of the largest size that one tenant, and all tenants, may prepare at once. */
const largeAnswersOfTenant = 1;
const largeAnswers = 3;
/** The number of operations that may wait. Each holds 1 MiB at most while it waits. */
const maxWaiting = 64;
const maxWaitingOfTenant = 16;

/**
 * The memory for operations in progress, of one tenant and of all tenants, in multiples of `largeBytes`. The memory is
 * limited, because an operation keeps its rows while its later statements wait for a database connection.
 */
const operationsOfTenant = 16;
const operationsOfAll = 64;
/** The number of operations, in total and of one tenant, that may wait for this memory before they read anything. */
const maxNotStarted = 10_000;
const maxNotStartedOfTenant = 2_000;
/** The memory to reserve for each point of an operation's cost. A payload of 256 KiB costs 60. */
const bytesPerPoint = 4096;

/** The signal of subscription updates. It never aborts, because `STATEMENT_TIMEOUT_MS` bounds their statements. */
const never = new AbortController().signal;

/**
 * The most memory that an update of plain rows takes for each point of its cost, for example for a URL or an error
 * message.
 */
const bytesPerCost = 2048;

export function createExecution(options: ExecutionOptions): Execution {
  const { report, timeoutMs, introspection, maxAnswerBytes = 16 * 2 ** 20 } = options;
  const toErrors = (errors: readonly unknown[]) => errors.map(error => toClientError(error, report));
  const gate = new FairGate({
    totalBytes: largeAnswers * maxAnswerBytes,
    tenantBytes: largeAnswersOfTenant * maxAnswerBytes,
    maxWaiting,
    maxWaitingOfTenant,
  });

  const progressGate = new FairGate({
    totalBytes: operationsOfAll * largeBytes,
    tenantBytes: operationsOfTenant * largeBytes,
    alwaysAllowedBytes: largeBytes,
    maxWaiting: maxNotStarted,
    maxWaitingOfTenant: maxNotStartedOfTenant,
  });

  const updateGate = new FairGate({
    totalBytes: largeAnswers * maxAnswerBytes,
    tenantBytes: largeAnswersOfTenant * maxAnswerBytes,
    // At most one update of each open subscription waits, and their number is limited.
    maxWaiting: Number.POSITIVE_INFINITY,
    maxWaitingOfTenant: Number.POSITIVE_INFINITY,
  });

  const executeOnce = async (
    operation: PreparedOperation,
    context: GraphqlContext,
    variables: Variables,
  ): Promise<ExecutionResult> => {
    const { tenantId } = context.actor;
    const isMutation = operation.definition.operation === OperationTypeNode.MUTATION;
    // Mutations and reads of a tenant are counted separately, so that they never wait for each other.
    const bytes = Math.min(operation.measureCost(variables) * bytesPerPoint, largeBytes);
    using progress = new Room(progressGate, isMutation ? `${tenantId}/WRITE` : tenantId, bytes);
    using room = new Room(gate, tenantId, maxAnswerBytes);
    using ending = new DisposableStack();
    const begin = (onExceeded: (error: Error) => void) => {
      const budget = new AnswerBudget({
        limitBytes: maxAnswerBytes,
        waitForRoom: () => {
          // Releasing `progress` lets other reads of the tenant start while this operation waits for its large response.
          progress[Symbol.dispose]();
          return room.acquire();
        },
        onExceeded,
      });
      ending.defer(() => budget.end());
      context.budget = budget;
      return async () => {
        if (operation.takesFeedCursor) await prepareFeedCursor(context);
        if (!isMutation || operation.isHeavy) await progress.acquire();
        const result = await budget.run(() => operation.execute(context, variables));
        if (budget.error) throw budget.error;
        await budget.reserveAnswer();
        return result;
      };
    };
    try {
      const { clientSignal } = context;
      const kind = isMutation ? 'WRITE' : 'READ';
      return await runWithDeadline({ tenantId, kind, timeoutMs, clientSignal }, begin);
    } catch (error) {
      if (isMutation && error instanceof AnswerTooLargeError) error.message += ' The mutation may have taken effect.';
      throw error;
    }
  };
  const check = (bytes: number) => {
    if (bytes > maxAnswerBytes) throw new AnswerTooLargeError(maxAnswerBytes);
  };

  return {
    checkVariables({ definition: { variableDefinitions = [] } }, variables) {
      const maxErrors = limitVariableErrors(variables);
      const options = { hideSuggestions: !introspection, maxErrors };
      return getVariableValues(schema, variableDefinitions, variables, options).errors ?? [];
    },
    async execute(operation, context, variables) {
      const { data, errors } = await executeOnce(operation, context, variables);
      const extensions = { cost: { requested: operation.measureCost(variables), limit: maxCost } };
      // Errors come first, as the GraphQL specification recommends.
      if (!errors) return { data: data ?? null, extensions };
      return data === undefined ? { errors, extensions } : { errors, data, extensions };
    },
    async executeUpdate(operation, context, variables, update, signal = context.clientSignal ?? never) {
      const budget = new AnswerBudget({
        limitBytes: maxAnswerBytes,
        waitForRoom: async () => undefined,
        onExceeded: () => undefined,
      });
      using ending = new DisposableStack();
      ending.defer(() => budget.end());
      context.budget = budget;
      try {
        const scope = { tenantId: context.actor.tenantId, kind: 'READ', signal } as const;
        const result = await runInOperation(scope, () =>
          budget.run(() => operation.execute(context, variables, update)),
        );
        if (budget.error) throw budget.error;
        return result;
      } catch (error) {
        return { data: null, errors: [toGraphqlFailure(error)] };
      }
    },
    acquireUpdateRoom(tenantId, operation, variables, updates) {
      const bytes = operation.isHeavy ? maxAnswerBytes : updates * bytesPerCost * operation.measureCost(variables);
      return updateGate.acquire(tenantId, Math.min(bytes, maxAnswerBytes));
    },
    encode(result) {
      const json = encodeJson(result);
      check(json.length);
      return json;
    },
    stringify(result) {
      const json = stringifyJson(result);
      if (Buffer.byteLength(json) <= maxAnswerBytes) return json;
      return JSON.stringify({ errors: toErrors([new AnswerTooLargeError(maxAnswerBytes)]) });
    },
  };
}

/**
 * The memory that one operation has acquired from a gate. It is released when the operation ends: by success, error,
 * deadline or a client that disconnects. Acquire it inside the scope of the operation, whose signal ends the wait.
 * Memory that is acquired after the operation has ended is released at once.
 */
class Room implements Disposable {
  readonly #gate: FairGate;
  readonly #tenantId: string;
  readonly #bytes: number;
  #held: Disposable | null = null;
  #hasEnded = false;

  constructor(gate: FairGate, tenantId: string, bytes: number) {
    this.#gate = gate;
    this.#tenantId = tenantId;
    this.#bytes = bytes;
  }

  async acquire(): Promise<void> {
    const held = await this.#gate.acquire(this.#tenantId, this.#bytes, currentOperation()?.signal);
    if (this.#hasEnded) held[Symbol.dispose]();
    else this.#held = held;
  }

  /** Releases the capacity. The response is written in the same turn of the event loop, before other operations run. */
  [Symbol.dispose](): void {
    this.#hasEnded = true;
    if (this.#held) setImmediate(() => this.#held?.[Symbol.dispose]());
  }
}

function toGraphqlFailure(error: unknown): GraphQLError {
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

/**
 * Reads `feedCursor` before any row of the query. If the cursor were read later, a change in between would be missing
 * from both the rows and the updates after the cursor. A failure is reported at the field.
 */
async function prepareFeedCursor(context: GraphqlContext): Promise<void> {
  if (!mayUse(context.actor, 'feedCursor')) return;
  context.feedCursor = takeFeedCursor(context);
  await context.feedCursor.catch(() => undefined);
}
