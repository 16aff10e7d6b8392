interface Waiter {
  readonly bytes: number;
  readonly resolve: (acquired: Disposable) => void;
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

  /** Resolves once there is room. Disposing the result releases the bytes. The callers bound how many of them wait. */
  acquire(bytes: number): Promise<Disposable> {
    const { promise, resolve } = Promise.withResolvers<Disposable>();
    this.#waiting.push({ bytes, resolve });
    this.#admit();
    return promise;
  }

  #admit(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (!next || (this.#used > 0 && this.#used + next.bytes > this.#limit)) return;
      this.#waiting.shift();
      let held = next.bytes;
      this.#used += held;
      next.resolve({
        [Symbol.dispose]: () => {
          this.#used -= held;
          held = 0;
          this.#admit();
        },
      });
    }
  }
}
