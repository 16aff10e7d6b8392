import type { Client, RequestOptions } from './client.ts';
import { LivehookError } from './errors.ts';
import { PublishEventsDocument } from './generated/graphql.ts';

/** An event to publish. */
export type NewEvent = NewEventOptions & EventPayload;

type EventPayload =
  | {
      /** The payload: any value that JSON can represent. */
      readonly payload: unknown;
      readonly payloadText?: undefined;
    }
  | {
      /** The payload as JSON text, which receivers get byte for byte. Its numbers may be too large for JavaScript. */
      readonly payloadText: string;
      readonly payload?: undefined;
    };

interface NewEventOptions {
  /** The event type, such as `payment.completed`. */
  readonly type: string;
  /** Publishing the same event with the same key within 7 days returns the first event. Default: no key. */
  readonly idempotencyKey?: string | undefined;
  /** Only these endpoints get the event. Default: every endpoint that subscribes to its type. */
  readonly endpointIds?: readonly string[] | undefined;
}

export interface PublishedEvent {
  /** The id of the event, `evt_...`, which receivers get in the header `webhook-id`. */
  readonly id: string;
  readonly type: string;
  readonly createdAt: string;
}

/**
 * Publishes an event. The event is stored once the promise resolves.
 *
 * @throws LivehookError, such as `BAD_USER_INPUT` or `PAYLOAD_TOO_LARGE`. After `NETWORK` or `TIMEOUT`, the event may
 * have been published. Try again with the same `idempotencyKey`.
 */
export async function publishEvent(client: Client, event: NewEvent, options?: RequestOptions): Promise<PublishedEvent> {
  const [published] = await publishEvents(client, [event], options);
  if (!published) throw new LivehookError('HTTP', 'The server answered without the event.');
  return published;
}

/** Publishes all events or none, in one transaction. @throws LivehookError as `publishEvent` does. */
export async function publishEvents(
  client: Client,
  events: readonly NewEvent[],
  options?: RequestOptions,
): Promise<readonly PublishedEvent[]> {
  const inputs = events.map(({ type, payload, payloadText, idempotencyKey, endpointIds }) => ({
    type,
    payloadText: payloadText ?? JSON.stringify(payload),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(endpointIds && { endpointIds: [...endpointIds] }),
  }));
  const { outcome } = await client.request(PublishEventsDocument, { inputs }, options);
  if (outcome.__typename === 'PublishEventsSuccess') return outcome.events;
  throw new LivehookError(outcome.code, outcome.message);
}
