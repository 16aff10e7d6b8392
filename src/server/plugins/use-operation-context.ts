import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Actor, Services } from '../../domain/context.ts';
import { RateLimitedError } from '../../errors.ts';
import type { ConnectionQuota } from '../connection-quota.ts';
import type { HttpContext, OperationContext } from '../operation-context.ts';
import type { RevocationWatcher } from '../revocation-watcher.ts';

export interface OperationContextPluginOptions {
  readonly services: Services;
  readonly revocationWatcher: RevocationWatcher;
  /** Limits the event streams of each key. A stream beyond the limit gets RATE_LIMITED. */
  readonly connectionQuota: ConnectionQuota;
  /** Aborts when the server closes. Open streams then end. */
  readonly closing: AbortSignal;
}

/** Creates the context of resolvers. The context of an operation over a websocket has the abort signals of its socket. */
export function useOperationContext(options: OperationContextPluginOptions): Plugin<OperationContext, HttpContext> {
  return {
    onContextBuilding({ context, extendContext }) {
      const { req, res, request } = context;
      if (!(req && res)) return;
      extendContext({
        services: options.services,
        clientSignal: request.signal,
        liveSignal: createLiveSignal(options, context.actor, res),
        resumeAfter: req.headers['last-event-id']?.toString() || undefined,
        onCursor: cursor => extendContext({ cursor }),
      });
    },
  };
}

function createLiveSignal(
  { revocationWatcher, connectionQuota, closing }: OperationContextPluginOptions,
  actor: Actor,
  response: ServerResponse,
): () => AbortSignal {
  return () => {
    const slot = connectionQuota.take(actor);
    if (!slot) throw new RateLimitedError('This key has too many streams open.');
    const controller = new AbortController();
    const abort = () => controller.abort();
    const watch = revocationWatcher.watch(actor, abort);
    closing.addEventListener('abort', abort, { once: true });
    const leave = () => {
      abort();
      watch[Symbol.dispose]();
      slot[Symbol.dispose]();
      closing.removeEventListener('abort', abort);
    };
    // If the response is already closed, the event `close` will not be emitted again.
    if (response.closed) leave();
    else response.once('close', leave);
    if (closing.aborted) abort();
    return controller.signal;
  };
}
