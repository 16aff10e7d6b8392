import {
  BadUserInputError,
  type ErrorCode,
  ForbiddenError,
  IdempotencyConflictError,
  type InputProblem,
  InvalidStateError,
  LivehookError,
  NotFoundError,
  PayloadTooLargeError,
  QuotaExceededError,
} from '../../errors.ts';
import { type ReportInternalError, statusOf, toClientError } from '../../graphql/errors.ts';
import { formatId } from '../../ids.ts';

/** The `error` of a response. Its codes are those of the GraphQL API. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  /** The path of the first invalid field, such as `type` or `3.type`, or the name of the header. */
  readonly argument?: string;
  readonly problems?: readonly InputProblem[];
  readonly permission?: string | null;
  readonly id?: string;
  readonly state?: string;
  readonly limit?: number;
  readonly eventId?: string | null;
}

/**
 * Converts anything thrown into the error that a client receives. Unexpected errors are reported and masked, as in
 * `toClientError`.
 */
export function describeError(
  error: unknown,
  report: ReportInternalError,
): { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: ErrorBody } {
  if (error instanceof LivehookError) {
    const { code, message } = error;
    return { status: statusOf(code), headers: {}, body: { code, message, ...detailsOf(error) } };
  }
  const { message, extensions } = toClientError(error, report);
  const code = extensions.code as ErrorCode;
  const id = extensions.id as string | undefined;
  const { status = statusOf(code), headers = {} } = extensions.http ?? {};
  return { status, headers, body: { code, message, ...(id !== undefined && { id }) } };
}

function detailsOf(error: LivehookError): Partial<ErrorBody> {
  if (error instanceof BadUserInputError) return { argument: error.argument, problems: error.problems };
  if (error instanceof PayloadTooLargeError) return { argument: error.argument };
  if (error instanceof ForbiddenError) return { permission: error.permission };
  if (error instanceof NotFoundError) return { argument: error.argument, id: error.id };
  if (error instanceof InvalidStateError) return { state: error.state };
  if (error instanceof QuotaExceededError) return { limit: error.limit };
  if (error instanceof IdempotencyConflictError) {
    return { eventId: error.eventId === null ? null : formatId('evt', error.eventId) };
  }
  return {};
}
