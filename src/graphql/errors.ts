import { type ASTNode, GraphQLError } from 'graphql';
import { isStatementTimeout, isUnavailable } from '../database/failures.ts';
import { errorCatalogue } from '../error-catalogue.ts';
import {
  BadUserInputError,
  type ErrorCode,
  errorCodes,
  ForbiddenError,
  LivehookError,
  PayloadTooLargeError,
  TimeoutError,
  UnavailableError,
} from '../errors.ts';

import { showInexactNumbers } from './inexact-numbers.ts';

/**
 * Logs an error whose details the client does not receive. @returns the id of the report, which the client receives.
 */
export type ReportInternalError = (error: unknown) => string;

/**
 * Converts anything thrown into the `GraphQLError` that a client receives. Its `extensions.code` is one of the codes in
 * `errorCatalogue`, with `argument` or `permission` where they apply. Expected errors keep their message. Any other
 * error is reported and becomes INTERNAL with the id of the report. Never throws. Errors that it has already converted
 * are returned unchanged.
 */
export function toClientError(error: unknown, report: ReportInternalError): GraphQLError {
  if (!(error instanceof GraphQLError)) return describe(error, undefined, report);
  if (isCoded(error)) return error;
  const cause = unwrap(error);
  // Errors of the syntax, validation, variables, arguments and transport are not caused by an error of a resolver.
  return cause instanceof GraphQLError ? toInputError(error) : describe(cause, error, report);
}

function describe(cause: unknown, located: GraphQLError | undefined, report: ReportInternalError): GraphQLError {
  if (cause instanceof LivehookError) return toGraphqlError(cause, located);
  if (isUnavailable(cause)) return toGraphqlError(new UnavailableError('The database does not respond.'), located);
  if (isStatementTimeout(cause)) {
    return toGraphqlError(new TimeoutError('The database took too long. Ask for less.'), located);
  }
  if (cause instanceof RangeError && cause.message === 'Maximum call stack size exceeded') {
    return createError('The operation is nested too deeply.', { code: 'QUERY_TOO_COMPLEX' }, located, 400);
  }
  if (cause instanceof RangeError && cause.message === 'Invalid string length') {
    return createError('The response is too long. Ask for less.', { code: 'QUERY_TOO_COMPLEX' }, located, 400);
  }
  const wrapped = readWrappedTimeout(cause);
  if (wrapped) return toGraphqlError(wrapped, located);
  const id = report(cause);
  return createError(
    `Internal error. The log of the server has its details under the id ${id}.`,
    { code: 'INTERNAL', id },
    located,
    500,
  );
}

/** Returns the TimeoutError of an operation that ended during a call of Prisma, which copies its code and its message. */
function readWrappedTimeout(cause: unknown): TimeoutError | null {
  if (!(cause instanceof Error) || cause.name !== 'PrismaClientKnownRequestError') return null;
  if ((cause as { code?: unknown }).code !== 'TIMEOUT') return null;
  return new TimeoutError(cause.message.trim().split('\n').at(-1) ?? '');
}

/** The `extensions` of an expected error. */
type FailureExtensions = {
  readonly code: ErrorCode;
  readonly permission?: string | null;
  readonly argument?: string;
  readonly problems?: readonly { readonly path: readonly string[]; readonly message: string }[];
};

/** Converts an error of the catalogue into a GraphQL error. */
export function toGraphqlError(error: LivehookError, located?: GraphQLError): GraphQLError {
  return createError(error.message, describeFailure(error), located, statusOf(error.code));
}

function describeFailure(error: LivehookError): FailureExtensions {
  const { code } = error;
  if (error instanceof ForbiddenError) return { code, permission: error.permission };
  if (error instanceof BadUserInputError) {
    const problems = error.problems.map(({ argument, message }) => ({ path: argument.split('.'), message }));
    return { code, argument: error.argument, problems };
  }
  if (error instanceof PayloadTooLargeError) return { code, argument: error.argument };
  return { code };
}

/** The HTTP status of a request that was rejected with this code before anything was executed. */
export function statusOf(code: ErrorCode): number {
  return errorCatalogue[code].status;
}

const variableMessage = /^Variable "\$([^"]+)" (?:got invalid value .* at "([^"]+)";|)/s;

function toInputError(error: GraphQLError): GraphQLError {
  const [, name, path] = variableMessage.exec(error.message) ?? [];
  const argument = path ?? name;
  const { http } = error.extensions;
  const code: ErrorCode = http?.status === 413 ? 'PAYLOAD_TOO_LARGE' : 'BAD_USER_INPUT';
  return new GraphQLError(shortenMessage(showInexactNumbers(error.message)), {
    ...locate(error),
    extensions: { code, ...(argument !== undefined && { argument: toDots(argument) }), ...(http && { http }) },
  });
}

/** The longest message. An error about a value repeats the value, which may be as large as the request. */
const maxMessageLength = 2000;

/** Leaves out the middle of a long message. */
function shortenMessage(message: string): string {
  if (message.length <= maxMessageLength) return message;
  return `${message.slice(0, maxMessageLength / 2)}...${message.slice(-maxMessageLength / 2)}`;
}

/** Converts `inputs[3].type` into the domain's notation `inputs.3.type`. */
function toDots(path: string): string {
  return path.replace(/\[(\d+)\]/g, '.$1');
}

function createError(
  message: string,
  extensions: Readonly<Record<string, unknown>> & { readonly code: ErrorCode },
  located: GraphQLError | undefined,
  status: number,
): GraphQLError {
  // An error with a path belongs to one field. Other fields were executed, so the HTTP status stays 200.
  const http = located?.path ? {} : { http: { status } };
  return new GraphQLError(message, { ...locate(located), extensions: { ...extensions, ...http } });
}

function locate(error: GraphQLError | undefined) {
  const nodes: readonly ASTNode[] | null = error?.nodes ?? null;
  return { nodes, source: error?.source ?? null, positions: error?.positions ?? null, path: error?.path ?? null };
}

function unwrap(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/** Codes of the HTTP protocol that GraphQL clients react to. No field or mutation returns them. */
const protocolCodes: readonly unknown[] = ['PERSISTED_QUERY_NOT_SUPPORTED'];

function isCoded({ originalError, extensions: { code } }: GraphQLError): boolean {
  return !originalError && (errorCodes.includes(code as ErrorCode) || protocolCodes.includes(code));
}
