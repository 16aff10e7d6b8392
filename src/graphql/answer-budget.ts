import { AsyncLocalStorage } from 'node:async_hooks';
import type { ByteBudget } from '../domain/byte-budget.ts';
import { LivehookError } from '../errors.ts';
import { RawJson } from './raw-json.ts';

/** An operation whose answer is larger than `MAX_ANSWER_BYTES`, or that would load more than that for it. */
export class AnswerTooLargeError extends LivehookError {
  readonly code = 'QUERY_TOO_COMPLEX';
  constructor(limitBytes: number) {
    super(
      `The answer is larger than ${limitBytes} bytes (MAX_ANSWER_BYTES). Ask for fewer entries, fields or aliases at a time.`,
    );
  }
}

export interface AnswerBudgetOptions {
  /** `MAX_ANSWER_BYTES`. */
  readonly limitBytes: number;
  /** Waits for room in this process for a large answer. Called once at most. */
  readonly waitForRoom: () => Promise<void>;
  /** Called once, as soon as the limit is passed. */
  readonly onExceeded: (error: AnswerTooLargeError) => void;
}

/** An answer above this waits for room. Below it, answers are as many as the connections of the database allow. */
const largeBytes = 1024 * 1024;
/** Texts above this are encoded once, as they are met, and not again when the whole answer is written. */
const longTextLength = 1024;
/** What a value costs beside its text: its name, quotes and commas. */
const overheadBytes = 8;

const running = new AsyncLocalStorage<AnswerBudget>();

/**
 * Counts the bytes of one answer, or of one update of a subscription: those that are loaded for it, and those that it
 * holds, each up to the limit. A row that is shown several times is loaded once and counts each time in the answer.
 */
export class AnswerBudget implements ByteBudget {
  readonly #options: AnswerBudgetOptions;
  /** By their text. */
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

  /** The budget of the operation that the caller runs in. */
  static get running(): AnswerBudget | undefined {
    return running.getStore();
  }

  /** Runs an operation whose values count here, up to the last promise that it makes. */
  run<T>(execute: () => T): T {
    return running.run(this, execute);
  }

  /** Set once the limit was passed. */
  get error(): AnswerTooLargeError | null {
    return this.#error;
  }

  async reserve(bytes: number): Promise<void> {
    this.#loadedBytes += bytes;
    this.#check(this.#loadedBytes);
    if (this.#loadedBytes > largeBytes) await this.#waitForRoom();
    if (this.#error) throw this.#error;
  }

  /** Call before the answer is written. */
  async reserveAnswer(): Promise<void> {
    if (this.#answeredBytes > largeBytes) await this.#waitForRoom();
  }

  /** Counts something that the answer will hold. @throws AnswerTooLargeError */
  spend(bytes: number): void {
    this.#answeredBytes += bytes + overheadBytes;
    this.#check(this.#answeredBytes);
  }

  /**
   * Forgets the texts. Call it when the operation has ended: connections and timers that were created for it keep its
   * asynchronous context, and the budget with it.
   */
  end(): void {
    this.#hasEnded = true;
    this.#encoded.clear();
    this.#payloads.clear();
  }

  /** A text of the answer, counted, and encoded where it is long. @throws AnswerTooLargeError */
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

  /** The JSON text of a payload as a value: one for each text. It counts when it is shown. */
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
