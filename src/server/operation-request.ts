import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { MIMEType } from 'node:util';
import { GraphQLError } from 'graphql';
import { parseRequestJson } from './request-json.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** The operation that a client sent. */
export interface OperationRequest {
  /** The text of the GraphQL document, or the id of a trusted document. */
  readonly query: string;
  /** The name of the operation to execute. Null if the request has none or an empty one. */
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

const known = new Set(['query', 'operationName', 'variables', 'extensions', 'documentId']);

/** Checks the media type of a POST. @throws GraphQLError (415) if it is not `application/json` in UTF-8. */
export function checkContentType(contentType = ''): void {
  if (isJson(contentType)) return;
  throw createRequestError(415, 'The body of a POST must be "content-type: application/json" in UTF-8.');
}

/**
 * Whether the media type is `application/json` in UTF-8. A form on another site cannot send it without a CORS
 * preflight, so this check prevents cross-site requests.
 */
function isJson(contentType: string): boolean {
  if (contentType === 'application/json') return true;
  // This check comes first, because `MIMEType` throws an error for invalid text.
  if (!/^[ \t]*application\/json[ \t]*(;|$)/i.test(contentType)) return false;
  return /^utf-?8$/i.test(new MIMEType(contentType).params.get('charset') ?? 'utf-8');
}

/**
 * Reads the operation from the JSON of the body, or from the parameters of the URL. `documentId`, or
 * `extensions.persistedQuery.sha256Hash` of Apollo's clients, names a trusted document.
 *
 * @throws GraphQLError (400) if it is malformed, is not UTF-8, or is a batch of operations.
 * @see https://github.com/graphql/graphql-over-http/blob/main/spec/GraphQLOverHTTP.md
 */
export function readOperationRequest(
  request: IncomingMessage,
  body: Buffer | null,
  trustedDocuments: TrustedDocuments,
): OperationRequest {
  const parameters = body ? parseJson(decodeUtf8(body, 'body'), 'body') : readUrl(request);
  if (Array.isArray(parameters)) {
    throw createRequestError(400, 'Batched operations are not supported. Send one operation per request.');
  }
  if (!isMap(parameters)) throw createRequestError(400, 'The body must be a JSON object.');
  for (const name in parameters) {
    if (!known.has(name)) throw createRequestError(400, `There is no parameter "${name.slice(0, 100)}".`);
  }
  const { operationName = null, variables, extensions } = parameters;
  if (operationName !== null && typeof operationName !== 'string')
    throw createParameterError('operationName', 'a string');
  if (variables != null && !isMap(variables)) throw createParameterError('variables', 'an object');
  if (extensions != null && !isMap(extensions)) throw createParameterError('extensions', 'an object');
  const query = parameters.query ?? findTrusted(parameters, trustedDocuments);
  if (typeof query !== 'string') throw createParameterError('query', 'a string');
  return { query, operationName: operationName || null, variables: variables ?? {} };
}

function findTrusted(
  { documentId, extensions }: Readonly<Record<string, unknown>>,
  trustedDocuments: TrustedDocuments,
): string | null {
  const persisted = isMap(extensions) ? extensions.persistedQuery : null;
  const id = documentId ?? (isMap(persisted) ? persisted.sha256Hash : null);
  if (id == null) return null;
  if (typeof id !== 'string') throw createParameterError('documentId', 'a string');
  return trustedDocuments.find(id);
}

function readUrl({ url = '' }: IncomingMessage): Record<string, unknown> {
  const start = url.indexOf('?');
  const query = start < 0 ? '' : url.slice(start);
  // Decode the percent-encoded bytes to check them, because URLSearchParams silently replaces invalid UTF-8.
  const unescaped = query.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  if (!isUtf8(Buffer.from(unescaped, 'latin1'))) throw notUtf8('URL');
  const parameters = new URLSearchParams(query);
  const read: Record<string, unknown> = {};
  for (const [name, value] of parameters) {
    if (known.has(name)) read[name] = name === 'variables' || name === 'extensions' ? parseJson(value, name) : value;
  }
  return read;
}

/** Decodes UTF-8 without a byte order mark. @throws GraphQLError (400) if the bytes are not UTF-8. */
export function decodeUtf8(bytes: Buffer, what: string): string {
  if (!isUtf8(bytes)) throw notUtf8(what);
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function notUtf8(what: string): GraphQLError {
  return createRequestError(400, `The ${what} is not valid UTF-8.`);
}

function parseJson(text: string, what: string): unknown {
  try {
    return parseRequestJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw createRequestError(400, `The ${what} is not valid JSON.`);
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function createParameterError(parameter: string, type: string): GraphQLError {
  return createRequestError(400, `The parameter "${parameter}" must be ${type}.`);
}

/** Creates an error of the HTTP request. Its status, unlike that of a document, is the same for all media types. */
export function createRequestError(
  status: number,
  message: string,
  headers?: Readonly<Record<string, string>>,
): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'BAD_USER_INPUT', http: { status, ...(headers && { headers }) } },
  });
}
