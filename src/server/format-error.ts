import type { GraphQLError, GraphQLFormattedError } from 'graphql';

/** Formats an error for clients. Omits `extensions.http`, which only sets the HTTP status and headers. */
export function formatError(error: GraphQLError): GraphQLFormattedError {
  const { extensions = {}, ...formatted } = error.toJSON();
  const { http: _http, ...shown } = extensions;
  return { ...formatted, extensions: shown };
}
