import { parseAccept } from './accept.ts';

/** The media types of a response that is one JSON document. */
export type JsonMediaType = 'application/json' | 'application/graphql-response+json';

/** The form of a response. `stream` means server-sent events, and `graphiql` the page. */
export type AnswerMediaType = JsonMediaType | 'stream' | 'graphiql';

const mediaTypes: ReadonlyMap<string, AnswerMediaType> = new Map([
  ['application/json', 'application/json'],
  ['application/*', 'application/json'],
  ['*/*', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['text/event-stream', 'stream'],
  ['text/*', 'stream'],
]);

const jsonMediaTypes = new Map([...mediaTypes].filter(([, type]) => type !== 'stream'));
const mediaTypesOfGet: ReadonlyMap<string, AnswerMediaType> = new Map([...mediaTypes, ['text/html', 'graphiql']]);

/**
 * The first supported media type of an Accept header among those with the highest weight (RFC 9110 section 12.5.1).
 * `application/json` if there is no header, and null if none is supported. GraphiQL is only sent for GET.
 */
export function acceptedMediaType(accept: string | undefined, method: string | undefined): AnswerMediaType | null {
  if (accept === undefined || accept === '*/*') return 'application/json';
  return preferredMediaType(accept, method === 'GET' ? mediaTypesOfGet : mediaTypes);
}

/** The media type of the response to a request that was rejected before execution. */
export function errorMediaType(accept: string | undefined): JsonMediaType {
  if (accept === undefined || accept === '*/*') return 'application/json';
  const best = preferredMediaType(accept, jsonMediaTypes);
  return best === 'application/graphql-response+json' ? best : 'application/json';
}

function preferredMediaType(accept: string, available: ReadonlyMap<string, AnswerMediaType>): AnswerMediaType | null {
  const accepted = parseAccept(accept);
  const isRefused = (type: string) => accepted.some(({ name, weight }) => name === type && weight === 0);
  let best: AnswerMediaType | null = null;
  let bestWeight = 0;
  for (const { name, parameters, weight } of accepted) {
    let type = available.get(name);
    if (type === 'application/json' && isRefused(type)) type = 'application/graphql-response+json';
    const charset = parameters.find(parameter => parameter.startsWith('charset='));
    if (!type || (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))) continue;
    if (weight > bestWeight) [best, bestWeight] = [type, weight];
  }
  return best;
}
