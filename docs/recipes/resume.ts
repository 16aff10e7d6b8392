import type { Client, ExecutionResult, Sink, SubscribePayload } from 'graphql-ws';

/**
 * Lists anew and shows that, then answers the list's `feedCursor`. Called for CURSOR_EXPIRED (away for longer than the
 * feed is kept, or the feed has lost what it held) and where an update says that it `skipped` others.
 */
export type ListAgain = () => Promise<string>;

/** So that all the screens of a feed that was lost do not list in the same instant. */
const maxPauseMs = 1_000;
const retryMs = 2_000;

type Update = ExecutionResult<{ deliveryUpdated?: { cursor?: string; skipped?: number } | null } | null>;

/**
 * Subscribes through a `graphql-ws` client so that `deliveryUpdated` goes on where it was cut: the client sends the
 * payload anew on each connection, and `after` is then the cursor of the last update that came. Where that is not
 * enough, it lists again and goes on behind the list, so that nothing is missed for good. The document must ask for
 * `cursor` and `skipped`, and declare `$after: String`.
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
