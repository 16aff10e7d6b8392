interface Waiter {
  readonly bytes: number;
  readonly resolve: (acquired: Disposable) => void;
}

/**
 * A semaphore that counts bytes. It limits the memory of requests in flight. Callers are admitted in the order of their
 * calls. A single request that is larger than the limit is admitted once all others have released their bytes.
 */
export class ByteLimit {
  readonly #limit: number;
  readonly #waiting: Waiter[] = [];
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Resolves once these bytes fit in the limit. Disposing the result releases them. The callers limit how many of them
   * wait.
   */
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
