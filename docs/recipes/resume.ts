import type { Client, ExecutionResult, Sink, SubscribePayload } from 'graphql-ws';

/**
 * Reads the list again, shows it, and resolves with its `feedCursor`. Called after CURSOR_EXPIRED (the client was offline for
 * longer than the feed's window, or the feed has lost its log) and after an update that says that it `skipped` others.
 */
export type ListAgain = () => Promise<string>;

/** A random pause, so that not all screens list at the same moment after the feed has lost its log. */
const maxPauseMs = 1_000;
const retryMs = 2_000;

type Update = ExecutionResult<{ deliveryUpdated?: { cursor?: string; skipped?: number } | null } | null>;

/**
 * Subscribes through a `graphql-ws` client so that `deliveryUpdated` continues after a lost connection. The client sends the
 * payload again on each connection, and `after` is then the cursor of the last update. If that is not enough, this lists
 * again and continues after the list, so that nothing is missed. The document must select `cursor` and `skipped`, and
 * declare `$after: String`.
 */
export function subscribeAndResume(
  client: Client,
  payload: SubscribePayload,
  sink: Sink,
  listAgain: ListAgain,
): () => void {
  const variables: Record<string, unknown> = { ...payload.variables };
  let stop = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  function subscribe(): void {
    let isCurrent = true;
    const restart = () => {
      isCurrent = false;
      stop();
      startLater(Math.random() * maxPauseMs);
    };
    stop = client.subscribe(
      { ...payload, variables },
      {
        next(result) {
          if (!isCurrent) return;
          const { data, errors } = result as Update;
          if (errors?.some(error => error.extensions?.code === 'CURSOR_EXPIRED')) return restart();
          variables.after = data?.deliveryUpdated?.cursor ?? variables.after;
          sink.next(result as never);
          if (data?.deliveryUpdated?.skipped) restart();
        },
        error: error => isCurrent && sink.error(error),
        complete: () => isCurrent && sink.complete(),
      },
    );
  }

  function startLater(pauseMs: number): void {
    timer = setTimeout(async () => {
      try {
        variables.after = await listAgain();
        if (!isOver) subscribe();
      } catch {
        if (!isOver) startLater(retryMs);
      }
    }, pauseMs);
  }

  subscribe();
  return () => {
    isOver = true;
    clearTimeout(timer);
    stop();
  };
}
