/** The shortest pause between two updates of the list. Nobody could read faster updates. */
const minPauseMs = 100;
const maxPauseMs = 400;
/**
 * The time from the start of one drawing to the next, as a multiple of the time that the drawing took, within the
 * pauses above. Drawing then uses at most a sixth of the main thread.
 */
const restShare = 6;

/**
 * Calls `draw` in the next frame after a call of `request`, once for all calls until then. If calls keep arriving, the
 * pause between two drawings grows with the duration of the last one (including layout and paint) from 100 to 400 ms.
 * It must be disposed.
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
