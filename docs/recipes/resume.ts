import type { Client, ExecutionResult, Sink, SubscribePayload } from 'graphql-ws';

/**
 * Subscribes through a `graphql-ws` client so that `deliveryUpdated` goes on where it was cut: the client sends the
 * payload anew on each connection, and `after` is then the cursor of the last update that came. The document must ask
 * for `cursor` and declare `$after: String`.
 *
 * CURSOR_EXPIRED (away for longer than the feed is kept) comes to `sink.next` as an error: list again, then subscribe
 * after the list's `feedCursor`.
 */
export function subscribeAndResume(client: Client, payload: SubscribePayload, sink: Sink): () => void {
  const variables: Record<string, unknown> = { ...payload.variables };
  return client.subscribe(
    { ...payload, variables },
    {
      ...sink,
      next(result) {
        const { data } = result as ExecutionResult<{ deliveryUpdated?: { cursor?: string } }>;
        variables.after = data?.deliveryUpdated?.cursor ?? variables.after;
        sink.next(result as never);
      },
    },
  );
}
