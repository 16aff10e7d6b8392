import { type Client, type RequestOptions, readAnswer, takeData } from './client.ts';
import { LivehookError } from './errors.ts';
import { readEventStream } from './event-stream.ts';
import {
  type DeliveryFilter,
  GetFeedCursorDocument,
  WatchDeliveriesDocument,
  type WatchDeliveriesSubscription,
} from './generated/graphql.ts';

/** A status transition of a delivery. */
export type DeliveryUpdate = WatchDeliveriesSubscription['deliveryUpdated'];

export interface WatchOptions extends RequestOptions {
  /** Only transitions of deliveries that match this filter are yielded. Default: all transitions. */
  readonly filter?: DeliveryFilter | undefined;
  /** The cursor of an update or of a list. The stream continues after it. Default: the stream starts now. */
  readonly after?: string | undefined;
  /** Called after the connection is lost and before it is opened again, with the wait in milliseconds. */
  readonly onReconnect?: ((error: LivehookError, waitMs: number) => void) | undefined;
}

/** A connection that receives nothing for this long, not even a keep-alive, is opened again. */
const silenceMs = 45_000;
const minWaitMs = 250;
const maxWaitMs = 15_000;

/**
 * Yields every status transition as it happens. A lost connection is opened again with exponential backoff, and the
 * stream continues after the last update, without gaps and duplicates. It ends when `signal` is aborted or the caller
 * leaves its loop.
 *
 * @throws LivehookError if reconnecting cannot help: `UNAUTHORIZED`, `FORBIDDEN`, `BAD_USER_INPUT`, or
 * `CURSOR_EXPIRED`. After `CURSOR_EXPIRED`, list again and watch from the list's `feedCursor`.
 */
export async function* watchDeliveries(client: Client, options: WatchOptions = {}): AsyncGenerator<DeliveryUpdate> {
  const { signal, filter = null, onReconnect } = options;
  let cursor = options.after;
  let failures = 0;
  while (!signal?.aborted) {
    try {
      // If the connection is lost before the first update, the stream continues after this cursor and misses no update.
      cursor ??= (await client.request(GetFeedCursorDocument, {}, { signal })).feedCursor ?? undefined;
      for await (const update of openStream(client, { filter, after: cursor ?? null }, signal)) {
        failures = 0;
        cursor = update.cursor;
        yield update;
      }
      throw new LivehookError('NETWORK', 'The server closed the stream.');
    } catch (error) {
      if (signal?.aborted) return;
      if (!isPassing(error)) throw error;
      const waitMs = Math.min(maxWaitMs, minWaitMs * 2 ** failures) * (0.5 + Math.random() / 2);
      failures++;
      onReconnect?.(describeCut(error), waitMs);
      await sleep(waitMs, signal);
    }
  }
}

async function* openStream(
  client: Client,
  variables: { readonly filter: DeliveryFilter | null; readonly after: string | null },
  signal: AbortSignal | undefined,
): AsyncGenerator<DeliveryUpdate> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMs);
  const refresh = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  try {
    const response = await client.send(
      { query: WatchDeliveriesDocument.toString(), variables },
      { accept: 'text/event-stream', signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal },
    );
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
      await readAnswer(response);
      throw new LivehookError('HTTP', 'The server did not answer with a stream.');
    }
    const observed = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          refresh();
          controller.enqueue(chunk);
        },
      }),
    );
    for await (const { name, data } of readEventStream(observed)) {
      if (name === 'complete') return;
      if (name !== 'next') continue;
      yield takeData<WatchDeliveriesSubscription>(JSON.parse(data)).deliveryUpdated;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Whether connecting again may succeed: after connection errors, and API errors that may be temporary. */
function isPassing(error: unknown): boolean {
  if (error instanceof LivehookError) return error.isRetryable || error.code === 'HTTP' || error.code === 'INTERNAL';
  // A broken stream rejects with an error of the JavaScript platform, not with a LivehookError.
  return error instanceof TypeError || (error instanceof Error && error.name === 'AbortError');
}

/** Wraps an error of the JavaScript platform, such as "terminated", in one that says that the connection was cut. */
function describeCut(error: unknown): LivehookError {
  if (error instanceof LivehookError) return error;
  return new LivehookError('NETWORK', 'The connection to Livehook was cut.', { cause: error });
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
