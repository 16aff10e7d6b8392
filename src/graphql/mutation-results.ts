import {
  BadUserInputError,
  IdempotencyConflictError,
  InvalidStateError,
  NotFoundError,
  PayloadTooLargeError,
  QuotaExceededError,
} from '../errors.ts';

const errorTypes = {
  NOT_FOUND: NotFoundError,
  BAD_USER_INPUT: BadUserInputError,
  INVALID_STATE: InvalidStateError,
  QUOTA_EXCEEDED: QuotaExceededError,
  IDEMPOTENCY_CONFLICT: IdempotencyConflictError,
  PAYLOAD_TOO_LARGE: PayloadTooLargeError,
};

/**
 * The `errors` option of a mutation. Its result is the union `name` of the success and these errors. UNAUTHORIZED,
 * FORBIDDEN and failures of the server stay in the top-level `errors`.
 */
export function resultUnion(name: string, codes: readonly (keyof typeof errorTypes)[]) {
  return {
    types: codes.map(code => errorTypes[code]),
    union: {
      name,
      description: `The result of the mutation if it succeeded, or an error. Possible error codes: ${codes.join(', ')}. To read every kind of error, select \`... on Error { code message }\`.`,
    },
  };
}
