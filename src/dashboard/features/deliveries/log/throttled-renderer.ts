/** The shortest pause between two updates of the list. Nobody could read faster updates. */
const minPauseMs = 100;
const maxPauseMs = 400;
/** Drawing may use at most one part in this many of the time of the main thread, on fast and on slow machines. */
const restShare = 6;

/**
 * Calls `draw` with the next frame after a request, once for all requests until then. If requests keep arriving, the
 * pause between two calls grows with the duration of the last one (including layout and paint) from 100 to 400 ms. It
 * must be disposed.
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
    // This task runs after the frame was laid out and painted, so the measured duration includes both.
    port1.onmessage = () => {
      const tookMs = performance.now() - startMs;
      this.#earliestMs = startMs + Math.min(maxPauseMs, Math.max(minPauseMs, tookMs * restShare));
      port1.close();
    };
    port2.postMessage(null);
  }
}
