/** Bytes that were acquired. Disposing it releases them. */
export interface AcquiredBytes extends Disposable {
  /** Changes the number of bytes. It may be raised beyond the limit. */
  resize(bytes: number): void;
}

interface Waiter {
  readonly bytes: number;
  readonly resolve: (acquired: AcquiredBytes) => void;
}

/**
 * A semaphore that counts bytes. It bounds what requests in flight hold in memory. Callers wait in the order of their calls. A
 * single one that exceeds the limit is admitted once all others have released their bytes.
 */
export class ByteLimit {
  readonly #limit: number;
  readonly #waiting: Waiter[] = [];
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves once there is room. The callers bound how many of them wait. */
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
