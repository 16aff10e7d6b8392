import { AsyncLocalStorage } from 'node:async_hooks';
import type { ByteBudget } from '../domain/byte-budget.ts';
import { LivehookError } from '../errors.ts';
import { RawJson } from './raw-json.ts';

/** Thrown if the response to an operation, or the rows that it loads, exceed `MAX_ANSWER_BYTES`. */
export class AnswerTooLargeError extends LivehookError {
  readonly code = 'QUERY_TOO_COMPLEX';
  constructor(limitBytes: number) {
    super(
      `The answer is larger than ${limitBytes} bytes (MAX_ANSWER_BYTES). Ask for fewer entries, fields or aliases at a time.`,
    );
  }
}

export interface AnswerBudgetOptions {
  /** The value of `MAX_ANSWER_BYTES`. */
  readonly limitBytes: number;
  /** Resolves when this process has the capacity for a large response. Called at most once. */
  readonly waitForRoom: () => Promise<void>;
  /** Called once, when the limit is exceeded. */
  readonly onExceeded: (error: AnswerTooLargeError) => void;
}

/** A larger response waits for capacity. The number of smaller ones in progress is limited by execution.ts. */
export const largeBytes = 1024 * 1024;
/** Texts above this length are encoded as JSON when they are resolved, and not again when the response is written. */
const longTextLength = 1024;
/** The bytes that a value takes besides its text: its name, quotes and commas. */
const overheadBytes = 8;

const running = new AsyncLocalStorage<AnswerBudget>();

/**
 * Counts the bytes of one response, or of one update of a subscription. The loaded bytes and the bytes of the response
 * are counted separately, each up to the limit. A row that appears several times is loaded once, but each appearance
 * counts in the response.
 */
export class AnswerBudget implements ByteBudget {
  readonly #options: AnswerBudgetOptions;
  /** The encoded texts, by their plain text. */
  readonly #encoded = new Map<string, RawJson>();
  readonly #payloads = new Map<string, RawJson>();
  #loadedBytes = 0;
  #answeredBytes = 0;
  #room: Promise<void> | null = null;
  #error: AnswerTooLargeError | null = null;
  #hasEnded = false;

  constructor(options: AnswerBudgetOptions) {
    this.#options = options;
  }

  /** The budget of the running operation. Undefined outside of one. */
  static get running(): AnswerBudget | undefined {
    return running.getStore();
  }

  /** Runs an operation, and counts the values that it serializes in this budget, also after asynchronous steps. */
  run<T>(execute: () => T): T {
    return running.run(this, execute);
  }

  /** The error if the limit was exceeded, else null. */
  get error(): AnswerTooLargeError | null {
    return this.#error;
  }

  async reserve(bytes: number): Promise<void> {
    this.#loadedBytes += bytes;
    this.#check(this.#loadedBytes);
    if (this.#loadedBytes > largeBytes) await this.#waitForRoom();
    if (this.#error) throw this.#error;
  }

  /** Waits for capacity if the response is large. Call it before the response is written. */
  async reserveAnswer(): Promise<void> {
    if (this.#answeredBytes > largeBytes) await this.#waitForRoom();
  }

  /** Counts bytes of the response. @throws AnswerTooLargeError */
  spend(bytes: number): void {
    this.#answeredBytes += bytes + overheadBytes;
    this.#check(this.#answeredBytes);
  }

  /**
   * Drops the texts, to free their memory. Call it when the operation has ended, because connections and timers that
   * the operation created keep this object alive.
   */
  end(): void {
    this.#hasEnded = true;
    this.#encoded.clear();
    this.#payloads.clear();
  }

  /** Counts a text of the response, and encodes it if it is long. @throws AnswerTooLargeError */
  spendText(text: string): string | RawJson {
    if (text.length <= longTextLength) {
      this.spend(text.length);
      return text;
    }
    let encoded = this.#encoded.get(text);
    if (!encoded) {
      this.#check(this.#answeredBytes + text.length);
      encoded = new RawJson(JSON.stringify(text));
      if (!this.#hasEnded) this.#encoded.set(text, encoded);
    }
    this.spend(encoded.bytes);
    return encoded;
  }

  /** The JSON value of a payload, created once for each text. The bytes are counted when the value is serialized. */
  payload(text: string, create: (text: string) => RawJson): RawJson {
    let payload = this.#payloads.get(text);
    if (!payload) {
      payload = create(text);
      if (!this.#hasEnded) this.#payloads.set(text, payload);
    }
    return payload;
  }

  #check(bytes: number): void {
    if (this.#error) throw this.#error;
    if (bytes <= this.#options.limitBytes) return;
    this.#error = new AnswerTooLargeError(this.#options.limitBytes);
    this.#options.onExceeded(this.#error);
    throw this.#error;
  }

  #waitForRoom(): Promise<void> {
    this.#room ??= this.#options.waitForRoom();
    return this.#room;
  }
}
