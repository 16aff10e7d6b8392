import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Actor, Services } from '../../domain/context.ts';
import { RateLimitedError } from '../../errors.ts';
import { createLoaders } from '../../graphql/loaders.ts';
import type { KeySlots } from '../key-slots.ts';
import type { KeyWatch } from '../key-watch.ts';
import type { HttpContext, OperationContext } from '../operation-context.ts';

export interface OperationContextPluginOptions {
  readonly services: Services;
  readonly keyWatch: KeyWatch;
  /** Of streams of server-sent events: one more of the same key is answered with RATE_LIMITED. */
  readonly keySlots: KeySlots;
  /** Aborts when the server closes: open streams end. */
  readonly closing: AbortSignal;
}

/** Gives resolvers what they need. A websocket brings its signals itself, as they are those of the socket. */
export function useOperationContext(options: OperationContextPluginOptions): Plugin<OperationContext, HttpContext> {
  return {
    onContextBuilding({ context, extendContext }) {
      const { req, res, request } = context;
      if (req && res) {
        extendContext({
          services: options.services,
          clientSignal: request.signal,
          liveSignal: createLiveSignal(options, context.actor, res),
          resumeAfter: req.headers['last-event-id']?.toString() || undefined,
          onCursor: cursor => extendContext({ cursor }),
        });
      }
      extendContext({ loaders: createLoaders(context) });
    },
  };
}

function createLiveSignal(
  { keyWatch, keySlots, closing }: OperationContextPluginOptions,
  actor: Actor,
  response: ServerResponse,
): () => AbortSignal {
  return () => {
    const slot = keySlots.take(actor);
    if (!slot) throw new RateLimitedError('This key has too many streams open.');
    const controller = new AbortController();
    const abort = () => controller.abort();
    const watch = keyWatch.watch(actor, abort);
    closing.addEventListener('abort', abort, { once: true });
    const leave = () => {
      abort();
      watch[Symbol.dispose]();
      slot[Symbol.dispose]();
      closing.removeEventListener('abort', abort);
    };
    // Of a client that has gone already nothing more is heard.
    if (response.closed) leave();
    else response.once('close', leave);
    if (closing.aborted) abort();
    return controller.signal;
  };
}
