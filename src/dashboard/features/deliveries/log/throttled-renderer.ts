/** Faster updates could not be read. */
const minPauseMs = 100;
const maxPauseMs = 400;
/** Of the main thread's time at most one part in so many, on a fast machine and on a slow one. */
const restShare = 6;

/**
 * Runs `draw` with the next frame after a request, once for all requests until then. If requests keep coming, the pause
 * between two runs grows with the duration of the last one, layout and paint included: 100 to 400 ms. It must be disposed.
 */
export class ThrottledRenderer implements Disposable {
  readonly #draw: () => void;
  #earliestMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  #isDisposed = false;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  request(): void {
    if (this.#isDisposed) return;
    this.#timer ??= setTimeout(() => {
      this.#frame = requestAnimationFrame(() => this.#run());
    }, this.#earliestMs - performance.now());
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
  }

  #run(): void {
    this.#timer = undefined;
    const startMs = performance.now();
    this.#earliestMs = startMs + minPauseMs;
    this.#draw();
    const { port1, port2 } = new MessageChannel();
    // The first task behind the frame: by then it is laid out and painted.
    port1.onmessage = () => {
      const tookMs = performance.now() - startMs;
      this.#earliestMs = startMs + Math.min(maxPauseMs, Math.max(minPauseMs, tookMs * restShare));
      port1.close();
    };
    port2.postMessage(null);
  }
}
