import { GraphQLError } from 'graphql';

/**
 * The error of an operation that exceeds a limit and is not executed. `extensions` contains the `code`
 * QUERY_TOO_COMPLEX, the name of the limit in `measure`, the value of the operation in `cost`, and the `limit`. The
 * HTTP status is 400.
 */
export class OperationTooComplexError extends GraphQLError {
  constructor(measure: string, cost: number, limit: number) {
    const shown = Number.isFinite(cost) && cost < Number.MAX_SAFE_INTEGER ? cost : Number.MAX_SAFE_INTEGER;
    super(`The operation is too complex: ${shown} ${measure}, and at most ${limit} are allowed.`, {
      extensions: { code: 'QUERY_TOO_COMPLEX', measure, cost: shown, limit, http: { status: 400 } },
    });
  }
}
