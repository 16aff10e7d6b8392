import { LivehookError } from './errors.ts';

export interface ClientOptions {
  /** The URL of the Livehook server, such as `https://hooks.example.com`, without `/graphql`. */
  readonly url: string;
  /** An API key or a portal token. */
  readonly apiKey: string;
  /** The tenant to act for (`tnt_...`). Only the root key can use it. Default: the tenant `default`. */
  readonly tenantId?: string | undefined;
  /** The function that sends requests. Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

/** The text of an operation, with the types of its result and variables, as GraphQL Code Generator makes it. */
export interface Document<TResult, TVariables> {
  readonly __apiType?: ((variables: TVariables) => TResult) | undefined;
  toString(): string;
}

/** The first argument of every function of this package. */
export interface Client {
  /** Runs one operation. @throws LivehookError if the server rejects it or cannot be reached. */
  request<TResult, TVariables>(
    document: Document<TResult, TVariables>,
    variables: TVariables,
    options?: RequestOptions,
  ): Promise<TResult>;
  /** Sends an operation and returns the unchanged response. */
  send(operation: Operation, options: SendOptions): Promise<Response>;
}

export interface RequestOptions {
  /** Aborting this signal ends the request, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
}

export interface Operation {
  readonly query: string;
  readonly variables: unknown;
}

interface SendOptions extends RequestOptions {
  readonly accept: string;
  /** The value of the header `Last-Event-ID`, with which a stream of events continues after that event. */
  readonly lastEventId?: string | undefined;
}

interface Answer<TResult> {
  readonly data?: TResult | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Connects to a server. Nothing is sent before the first request. */
export function createClient(options: ClientOptions): Client {
  const address = `${options.url.replace(/\/+$/, '')}/graphql`;
  const send: Client['send'] = async (operation, { accept, lastEventId, signal }) => {
    const callFetch = options.fetch ?? fetch;
    try {
      return await callFetch(address, {
        method: 'POST',
        headers: {
          accept,
          'content-type': 'application/json',
          authorization: `Bearer ${options.apiKey}`,
          ...(options.tenantId !== undefined && { 'livehook-tenant': options.tenantId }),
          ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
        },
        body: JSON.stringify(operation),
        signal: signal ?? null,
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new LivehookError('NETWORK', `Livehook cannot be reached at ${options.url}.`, { cause });
    }
  };
  return {
    send,
    async request(document, variables, { signal } = {}) {
      const response = await send(
        { query: document.toString(), variables },
        { accept: 'application/graphql-response+json, application/json', signal },
      );
      return readAnswer(response);
    },
  };
}

/**
 * Reads the data of a response.
 *
 * @throws LivehookError with the first error of the response, or `HTTP` if the response is not from Livehook.
 */
export async function readAnswer<TResult>(response: Response): Promise<TResult> {
  let answer: Answer<TResult>;
  try {
    answer = (await response.json()) as Answer<TResult>;
  } catch (cause) {
    throw new LivehookError('HTTP', `The server answered ${response.status} without JSON.`, { cause });
  }
  return takeData(answer, response.status);
}

/** Returns the data of a parsed response. @throws LivehookError with the first error of the response. */
export function takeData<TResult>({ data, errors }: Answer<TResult>, status = 200): TResult {
  const [error] = errors ?? [];
  if (error) throw new LivehookError(error.extensions?.code ?? 'HTTP', error.message);
  if (!data) throw new LivehookError('HTTP', `The server answered ${status} without data.`);
  return data;
}
