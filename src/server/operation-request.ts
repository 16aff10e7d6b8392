import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import type { OperationRequest } from './execution.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

const known = new Set(['query', 'operationName', 'variables', 'extensions', 'documentId']);

/** `application/json`, in UTF-8 where it says so. No form of a foreign page can send that without asking first. */
const json = /^application\/json *(;|$)/i;
const otherCharset = /; *charset *= *"?(?!utf-?8"? *(;|$))/i;

/** @throws GraphQLError (405, 415) where it is not asked as GraphQL is asked over HTTP. */
export function checkMethod({ method, headers }: IncomingMessage): void {
  if (method === 'GET') return;
  if (method !== 'POST') throw refuse(405, 'GraphQL is asked by POST, or by GET for queries.', { allow: 'GET, POST' });
  const type = headers['content-type'] ?? '';
  if (!json.test(type) || otherCharset.test(type)) {
    throw refuse(415, 'The body of a POST must be "content-type: application/json" in UTF-8.');
  }
}

/**
 * What a request asks for: the JSON of its body, or the parameters of its URL. A trusted document is named by `documentId`,
 * or by `extensions.persistedQuery.sha256Hash` as Apollo's clients do.
 *
 * @throws GraphQLError (400) where it is malformed, or one operation of many: batches are not taken.
 * @see https://github.com/graphql/graphql-over-http/blob/main/spec/GraphQLOverHTTP.md
 */
export function readOperationRequest(
  request: IncomingMessage,
  body: Buffer | null,
  trustedDocuments: TrustedDocuments,
): OperationRequest {
  const parameters = body ? parseJson(body.toString('utf8'), 'body') : readUrl(request);
  if (Array.isArray(parameters)) throw refuse(400, 'Batches are not taken: send one operation a request.');
  if (!isMap(parameters)) throw refuse(400, 'The body must be a JSON object.');
  for (const name in parameters) {
    if (!known.has(name)) throw refuse(400, `There is no parameter "${name.slice(0, 100)}".`);
  }
  const { operationName = null, variables, extensions } = parameters;
  if (operationName !== null && typeof operationName !== 'string') throw wrong('operationName', 'a string');
  if (variables != null && !isMap(variables)) throw wrong('variables', 'an object');
  if (extensions != null && !isMap(extensions)) throw wrong('extensions', 'an object');
  const query = parameters.query ?? findTrusted(parameters, trustedDocuments);
  if (typeof query !== 'string') throw wrong('query', 'a string');
  return { query, operationName, variables: variables ?? {} };
}

function findTrusted(
  { documentId, extensions }: Readonly<Record<string, unknown>>,
  trustedDocuments: TrustedDocuments,
): string | null {
  const persisted = isMap(extensions) ? extensions.persistedQuery : null;
  const id = documentId ?? (isMap(persisted) ? persisted.sha256Hash : null);
  if (id == null) return null;
  if (typeof id !== 'string') throw wrong('documentId', 'a string');
  return trustedDocuments.find(id);
}

function readUrl({ url = '' }: IncomingMessage): Record<string, unknown> {
  const start = url.indexOf('?');
  const parameters = new URLSearchParams(start < 0 ? '' : url.slice(start));
  const read: Record<string, unknown> = {};
  for (const [name, value] of parameters) {
    if (known.has(name)) read[name] = name === 'variables' || name === 'extensions' ? parseJson(value, name) : value;
  }
  return read;
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse(400, `The ${what} is not valid JSON.`);
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(parameter: string, type: string): GraphQLError {
  return refuse(400, `The parameter "${parameter}" must be ${type}.`);
}

/** Not a matter of the document: the status holds whatever the client accepts. */
export function refuse(status: number, message: string, headers?: Readonly<Record<string, string>>): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'BAD_USER_INPUT', http: { status, ...(headers && { headers }) } },
  });
}
