import type { GraphQLError, GraphQLFormattedError } from 'graphql';

/** An error as it stands in an answer: without what is meant for HTTP alone. */
export function formatError(error: GraphQLError): GraphQLFormattedError {
  const { extensions = {}, ...formatted } = error.toJSON();
  const { http: _http, ...shown } = extensions;
  return { ...formatted, extensions: shown };
}
