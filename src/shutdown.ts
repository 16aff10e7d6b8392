/** The share of the grace period that requests and attempts in flight may use. The rest is for writing their results. */
const drainShare = 0.8;

/**
 * One deadline for closing all parts. It starts with the first call of `start`, normally at the signal that ends the
 * process.
 */
export class ShutdownDeadline {
  readonly #graceMs: number;
  readonly #drained = new AbortController();
  #startedMs: number | null = null;

  /** @param graceMs from the start to the end of the process. `SHUTDOWN_GRACE_MS`, 15,000 by default. */
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

  /** The remaining time for requests and attempts in flight. Their whole share before the start. */
  get remainingDrainMs(): number {
    return this.#remainingMs(drainShare);
  }

  /** The remaining time in total. */
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
  /** Calls its argument when another process says that this one has to stop. Ctrl-C is then left to that process. */
  readonly onStop?: ((listener: () => void) => void) | undefined;
}

/**
 * The first SIGTERM or SIGINT starts `deadline`. A second signal, or the end of the deadline, ends the process with
 * code 1.
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
