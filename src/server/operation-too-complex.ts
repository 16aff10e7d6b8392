import { GraphQLError } from 'graphql';

/**
 * Rejects an operation before it is executed. `extensions` contains the `code` QUERY_TOO_COMPLEX, the `measure`, the
 * `cost` found and the `limit`. HTTP status 400.
 */
export class OperationTooComplexError extends GraphQLError {
  constructor(measure: string, cost: number, limit: number) {
    const shown = Number.isFinite(cost) && cost < Number.MAX_SAFE_INTEGER ? cost : Number.MAX_SAFE_INTEGER;
    super(`The operation is too complex: ${shown} ${measure}, and at most ${limit} are allowed.`, {
      extensions: { code: 'QUERY_TOO_COMPLEX', measure, cost: shown, limit, http: { status: 400 } },
    });
  }
}
