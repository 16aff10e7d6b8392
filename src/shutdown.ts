/** The share of the grace period in which requests and attempts may finish. The rest is for storing their results. */
const drainShare = 0.8;

/**
 * The deadline by which the process must end, shared by all parts that close. The first call of `start` starts its
 * time, normally at SIGTERM or SIGINT.
 */
export class ShutdownDeadline {
  readonly #graceMs: number;
  readonly #drained = new AbortController();
  #startedMs: number | null = null;

  /** @param graceMs the time from `start` to the end of the process: `SHUTDOWN_GRACE_MS`, 15,000 by default. */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  start(): void {
    if (this.#startedMs !== null) return;
    this.#startedMs = performance.now();
    setTimeout(() => this.#drained.abort(), this.#graceMs * drainShare).unref();
  }

  /** Aborts when the time for requests and attempts in flight has passed. */
  get drainSignal(): AbortSignal {
    return this.#drained.signal;
  }

  /** The remaining time in ms for requests and attempts in flight: their whole share until `start` is called. */
  get remainingDrainMs(): number {
    return this.#remainingMs(drainShare);
  }

  /** The remaining time in ms until the process ends: the whole grace period until `start` is called. */
  get remainingMs(): number {
    return this.#remainingMs(1);
  }

  #remainingMs(share: number): number {
    const elapsedMs = this.#startedMs === null ? 0 : performance.now() - this.#startedMs;
    return Math.max(0, this.#graceMs * share - elapsedMs);
  }
}

export interface ShutdownListeners {
  readonly onFirst?: (name: string) => void;
  readonly onDeadline?: () => void;
  /**
   * Registers a listener that a supervising process calls to stop this one. If set, SIGINT (Ctrl-C) is ignored here.
   */
  readonly onStop?: ((listener: () => void) => void) | undefined;
}

/**
 * Starts `deadline` at the first SIGTERM or SIGINT. A second signal, or the end of the deadline, ends the process with
 * exit code 1.
 *
 * @returns a signal that aborts at the first SIGTERM or SIGINT.
 */
export function listenForSignals(
  deadline: ShutdownDeadline,
  { onFirst, onDeadline, onStop }: ShutdownListeners = {},
): AbortSignal {
  const stopping = new AbortController();
  const onSignal = (name: string) => {
    if (stopping.signal.aborted) process.exit(1);
    onFirst?.(name);
    deadline.start();
    stopping.abort();
    setTimeout(() => {
      onDeadline?.();
      process.exit(1);
    }, deadline.remainingMs).unref();
  };
  process.on('SIGTERM', () => onSignal('SIGTERM'));
  process.on('SIGINT', () => {
    if (!onStop) onSignal('SIGINT');
  });
  onStop?.(() => {
    if (!stopping.signal.aborted) onSignal('stop');
  });
  return stopping.signal;
}
