import type { Channels } from './redis-channels.ts';
import { WakeSignal } from './wake-signal.ts';

export interface RedisSignalOptions {
  readonly channels: Channels;
  readonly channel: string;
  /** While this is false wake-ups stay in this process. */
  readonly isReady: () => boolean;
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void;
  readonly onListenerError: (error: unknown) => void;
}

/** After a subscription was refused. */
const retryMs = 5_000;

/**
 * A wake signal that every process hears which listens. A message is a JSON array: the process that sent it, and the ids.
 * The channel is subscribed with the first listener, for good.
 */
export class RedisSignal implements Disposable {
  readonly #options: RedisSignalOptions;
  readonly #sender = crypto.randomUUID();
  readonly #signal: WakeSignal;
  #isSubscribed = false;
  #isClosed = false;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor(options: RedisSignalOptions) {
    this.#options = options;
    this.#signal = new WakeSignal(ids => this.#send(ids), options.onListenerError);
  }

  wake(ids: readonly string[]): void {
    this.#signal.wake(ids);
  }

  addListener(listener: (ids: readonly string[]) => void): Disposable {
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
      await channels.subscribe(channel, message => this.#hear(message));
    } catch (error) {
      if (this.#isClosed) return;
      warn('Redis: a subscription failed; it will be tried again', { channel, reason: String(error) });
      this.#retryTimer = setTimeout(() => void this.#subscribe(), retryMs).unref();
    }
  }

  #send(ids: readonly string[]): void {
    const { channels, channel, isReady, warn } = this.#options;
    if (!isReady()) return;
    channels.publish(channel, JSON.stringify([this.#sender, ...ids])).catch(error => {
      warn('Redis: a wake-up was not sent', { reason: String(error) });
    });
  }

  #hear(message: unknown): void {
    const { channel, warn } = this.#options;
    const isOurs = Array.isArray(message) && message.every(each => typeof each === 'string');
    if (!isOurs || message.length < 2) warn('Redis: a message is not ours', { channel });
    // Our own were told before they were sent.
    else if (message[0] !== this.#sender) this.#signal.tell(message.slice(1));
  }
}
