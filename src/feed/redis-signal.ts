import type { Channels } from './redis-channels.ts';
import { Signal, type SignalContent, type SignalListener } from './signal.ts';

export interface RedisSignalOptions<Item> {
  readonly content: SignalContent<Item>;
  readonly channels: Channels;
  readonly channel: string;
  /** While this returns false, items stay in this process. */
  readonly isReady: () => boolean;
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void;
  readonly onListenerError: (error: unknown) => void;
}

/** After a subscription was refused. */
const retryMs = 5_000;

/**
 * A signal that reaches every process that listens. A message is a JSON array: the id of the process that sent it, and the items.
 * The channel is subscribed with the first listener, for good.
 */
export class RedisSignal<Item> implements Disposable {
  readonly #options: RedisSignalOptions<Item>;
  readonly #sender = crypto.randomUUID();
  readonly #signal: Signal<Item>;
  #isSubscribed = false;
  #isClosed = false;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor(options: RedisSignalOptions<Item>) {
    this.#options = options;
    this.#signal = new Signal(options.content, items => this.#send(items), options.onListenerError);
  }

  emit(items: readonly Item[]): void {
    this.#signal.emit(items);
  }

  addListener(listener: SignalListener<Item>): Disposable {
    if (!this.#isSubscribed) void this.#subscribe();
    this.#isSubscribed = true;
    return this.#signal.addListener(listener);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    this.#signal[Symbol.dispose]();
  }

  async #subscribe(): Promise<void> {
    const { channels, channel, warn } = this.#options;
    try {
      await channels.subscribe(channel, message => this.#receive(message));
    } catch (error) {
      if (this.#isClosed) return;
      warn('Redis: a subscription failed; it will be tried again', { channel, reason: String(error) });
      this.#retryTimer = setTimeout(() => void this.#subscribe(), retryMs).unref();
    }
  }

  #send(items: readonly Item[]): void {
    const { channels, channel, isReady, warn } = this.#options;
    if (!isReady()) return;
    channels.publish(channel, JSON.stringify([this.#sender, ...items])).catch(error => {
      warn('Redis: a notification was not sent', { reason: String(error) });
    });
  }

  #receive(message: unknown): void {
    const { channel, content, warn } = this.#options;
    const [sender, ...items] = Array.isArray(message) ? message : [];
    const isOurs = typeof sender === 'string' && items.length > 0 && items.every(item => content.isItem(item));
    if (!isOurs) warn('Redis: a message is not ours', { channel });
    // This process has passed its own items to its listeners before it sent them.
    else if (sender !== this.#sender) this.#signal.emitLocally(items);
  }
}
