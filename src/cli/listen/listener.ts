import { setTimeout as delay } from 'node:timers/promises';
import { type Client, cancelDelivery, iterateDeliveries, LivehookError, watchDeliveries } from '../../client/index.ts';
import { GetListenCursorDocument, ReadForwardedEventDocument } from '../generated/graphql.ts';
import type { ForwardedEvent, Forwarder, ForwardResult } from './forward.ts';

export interface ForwardedAttempt extends ForwardResult {
  readonly event: ForwardedEvent;
  readonly attempt: number;
  /** The delay before the next attempt. Null if no attempt follows. */
  readonly nextInSeconds: number | null;
}

export interface ListenerOptions {
  readonly client: Client;
  readonly endpointId: string;
  readonly forwarder: Forwarder;
  readonly retryScheduleSeconds: readonly number[];
  readonly signal: AbortSignal;
  readonly onAttempt: (attempt: ForwardedAttempt) => void;
  readonly onReconnect: (error: LivehookError, waitMs: number) => void;
  /** Called when the server could not return or cancel a delivery, which then waits for the next start of `listen`. */
  readonly onFailure: (deliveryId: string, error: Error) => void;
}

/** The largest number of events in progress, including those that wait for a retry. The others wait on the server. */
const maxInHand = 1000;
const maxConcurrency = 8;
const reconnectMs = 1000;

/**
 * Reads the waiting deliveries of an endpoint, and forwards each until it succeeds or its retry schedule ends. It then
 * cancels the delivery on the server. A delivery that was not canceled is read again, so each event is forwarded at
 * least once, also after this process or the connection fails.
 */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #inHand = new Map<string, Promise<void>>();
  readonly #forwarding = new Set<Promise<ForwardResult>>();

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /**
   * Resolves after `signal` is aborted and the events in progress have ended.
   *
   * @throws LivehookError if reconnecting cannot help.
   */
  async run(): Promise<void> {
    const { signal, onReconnect } = this.#options;
    try {
      while (!signal.aborted) {
        try {
          await this.#takeAll();
        } catch (error) {
          if (signal.aborted) return;
          if (!(error instanceof LivehookError)) throw error;
          // The feed has dropped updates after the cursor. Listing the waiting deliveries again includes them.
          if (error.code === 'CURSOR_EXPIRED') continue;
          if (!error.isRetryable) throw error;
          onReconnect(error, reconnectMs);
          await delay(reconnectMs, undefined, { signal }).catch(() => undefined);
        }
      }
    } finally {
      await Promise.allSettled(this.#inHand.values());
    }
  }

  /**
   * Reads the waiting deliveries and then the new ones. The cursor is older than the list, so no delivery is missed.
   */
  async #takeAll(): Promise<void> {
    const { client, endpointId, signal, onReconnect } = this.#options;
    const after = (await client.request(GetListenCursorDocument, {}, { signal })).feedCursor ?? undefined;
    const waiting = iterateDeliveries(client, {
      filter: { endpointIds: [endpointId], statuses: ['PENDING'] },
      orderBy: { field: 'CREATED_AT', direction: 'ASC' },
      signal,
    });
    for await (const { id } of waiting) await this.#take(id);
    const filter = { endpointIds: [endpointId] };
    for await (const update of watchDeliveries(client, { filter, after, signal, onReconnect })) {
      if (update.status === 'PENDING') await this.#take(update.delivery.id);
      if (update.skipped > 0) return;
    }
  }

  async #take(id: string): Promise<void> {
    while (this.#inHand.size >= maxInHand) await Promise.race(this.#inHand.values());
    if (this.#inHand.has(id) || this.#options.signal.aborted) return;
    const work = this.#handle(id)
      .catch(error => {
        if (!this.#options.signal.aborted) this.#options.onFailure(id, error);
      })
      .finally(() => this.#inHand.delete(id));
    this.#inHand.set(id, work);
    while (this.#forwarding.size >= maxConcurrency) await Promise.race(this.#forwarding);
  }

  async #handle(id: string): Promise<void> {
    const event = await this.#retryWhileAway(() => this.#readEvent(id));
    if (!event) return;
    const { retryScheduleSeconds, signal, onAttempt } = this.#options;
    for (let attempt = 1; !signal.aborted; attempt++) {
      const result = await this.#forward(event, attempt);
      if (signal.aborted) return;
      const isOver = result.error === null || result.status === 410;
      const delaySeconds = isOver ? null : (retryScheduleSeconds[attempt - 1] ?? null);
      onAttempt({ event, attempt, ...result, nextInSeconds: delaySeconds });
      if (delaySeconds === null) break;
      await delay(delaySeconds * 1000 * (0.9 + Math.random() / 5), undefined, { signal });
    }
    await this.#retryWhileAway(() => this.#cancel(id));
  }

  async #forward(event: ForwardedEvent, attempt: number): Promise<ForwardResult> {
    const result = this.#options.forwarder.forward(event, attempt, this.#options.signal);
    this.#forwarding.add(result);
    try {
      return await result;
    } finally {
      this.#forwarding.delete(result);
    }
  }

  /** Reads the event of a waiting delivery. Null if the delivery no longer waits, or its payload was removed. */
  async #readEvent(id: string): Promise<ForwardedEvent | null> {
    const { client, signal } = this.#options;
    const { delivery } = await client.request(ReadForwardedEventDocument, { id }, { signal });
    if (delivery?.status !== 'PENDING' || typeof delivery.event.payloadText !== 'string') return null;
    const { event, eventType } = delivery;
    return { deliveryId: id, eventId: event.id, eventType, payloadText: delivery.event.payloadText };
  }

  async #cancel(id: string): Promise<void> {
    try {
      await cancelDelivery(this.#options.client, id);
    } catch (error) {
      // Nothing is left to cancel: another client has canceled the delivery or deleted the endpoint.
      if (!(error instanceof LivehookError) || !['INVALID_STATE', 'NOT_FOUND'].includes(error.code)) throw error;
    }
  }

  async #retryWhileAway<T>(operation: () => Promise<T>): Promise<T> {
    const { signal } = this.#options;
    for (;;) {
      try {
        return await operation();
      } catch (error) {
        if (!(error instanceof LivehookError) || !error.isRetryable || signal.aborted) throw error;
        await delay(reconnectMs, undefined, { signal });
      }
    }
  }
}
