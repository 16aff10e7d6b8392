import type { Channels } from './redis-channels.ts';
import { Signal, type SignalContent, type SignalListener } from './signal.ts';

export interface RedisSignalOptions<Item> {
  readonly content: SignalContent<Item>;
  readonly channels: Channels;
  readonly channel: string;
  /** Whether Redis is connected. While it is not, items reach only the listeners of this process. */
  readonly isReady: () => boolean;
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void;
  readonly onListenerError: (error: unknown) => void;
}

/** The pause in ms after a failed subscription. */
const retryMs = 5_000;

/**
 * A signal that reaches the listeners in all processes. A message is a JSON array: the id of the process that sent it,
 * and the items. The channel is subscribed when the first listener is added, and stays subscribed.
 */
export class RedisSignal<Item> extends Signal<Item> {
  readonly #options: RedisSignalOptions<Item>;
  readonly #processId = crypto.randomUUID();
  #isSubscribed = false;
  #isClosed = false;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor(options: RedisSignalOptions<Item>) {
    super(options.content, items => this.#send(items), options.onListenerError);
    this.#options = options;
  }

  override addListener(listener: SignalListener<Item>): Disposable {
    if (!this.#isSubscribed) void this.#subscribe();
    this.#isSubscribed = true;
    return super.addListener(listener);
  }

  override [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    super[Symbol.dispose]();
  }

  async #subscribe(): Promise<void> {
    const { channels, channel, warn } = this.#options;
    try {
      await channels.subscribe(channel, message => this.#receive(message));
    } catch (error) {
      if (this.#isClosed) return;
      warn('Redis: a subscription failed; trying again', { channel, reason: String(error) });
      this.#retryTimer = setTimeout(() => void this.#subscribe(), retryMs).unref();
    }
  }

  #send(items: readonly Item[]): void {
    const { channels, channel, isReady, warn } = this.#options;
    if (!isReady()) return;
    channels.publish(channel, JSON.stringify([this.#processId, ...items])).catch(error => {
      warn('Redis: a notification was not sent', { reason: String(error) });
    });
  }

  #receive(message: unknown): void {
    const { channel, content, warn } = this.#options;
    const [processId, ...items] = Array.isArray(message) ? message : [];
    const isValid = typeof processId === 'string' && items.length > 0 && items.every(item => content.isItem(item));
    if (!isValid) warn('Redis: a message was not sent by Livehook', { channel });
    // The process that sent a message ignores it, because it has already passed the items to its own listeners.
    else if (processId !== this.#processId) this.emitLocally(items);
  }
}
