/** Bytes that were acquired. They are released when it is disposed. */
export interface AcquiredBytes extends Disposable {
  /** Releases all but this many. It may also raise the number, beyond the limit if it must be. */
  resize(bytes: number): void;
}

interface Waiter {
  readonly bytes: number;
  readonly resolve: (acquired: AcquiredBytes) => void;
}

/**
 * A semaphore that counts bytes: it bounds what requests in flight hold in memory. Requests wait in the order in which they
 * came. A single one that exceeds the limit is admitted once nothing else is.
 */
export class ByteLimit {
  readonly #limit: number;
  readonly #waiting: Waiter[] = [];
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves once there is room. The number of callers that wait is for the caller to bound. */
  acquire(bytes: number): Promise<AcquiredBytes> {
    const { promise, resolve } = Promise.withResolvers<AcquiredBytes>();
    this.#waiting.push({ bytes, resolve });
    this.#admit();
    return promise;
  }

  #admit(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (!next || (this.#used > 0 && this.#used + next.bytes > this.#limit)) return;
      this.#waiting.shift();
      next.resolve(this.#grant(next.bytes));
    }
  }

  #grant(bytes: number): AcquiredBytes {
    let held = 0;
    const resize = (newBytes: number) => {
      this.#used += newBytes - held;
      held = newBytes;
    };
    resize(bytes);
    return {
      resize: newBytes => {
        resize(newBytes);
        this.#admit();
      },
      [Symbol.dispose]: () => {
        resize(0);
        this.#admit();
      },
    };
  }
}
