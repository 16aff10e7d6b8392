import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface MemoryTrimmerOptions {
  /** The interval of checks. Default: 30,000. */
  readonly intervalMs?: number;
  /** The unused memory in bytes that makes a collection worthwhile. Default: 128 MiB. */
  readonly minFreedBytes?: number;
  /** A process is quiet if its event loop was busy for at most this share of the last interval. Default: 0.05. */
  readonly quietShare?: number;
}

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/**
 * Returns unused memory to the system when the process is quiet. V8 keeps the pages that its heap no longer needs, for
 * example 300 MB after a load of 100,000 deliveries, until a full collection. That takes some 100 ms, which delays
 * nobody in a quiet process.
 */
export function openMemoryTrimmer({
  intervalMs = 30_000,
  minFreedBytes = 128 * 1024 * 1024,
  quietShare = 0.05,
}: MemoryTrimmerOptions = {}): Disposable {
  let before = performance.eventLoopUtilization();
  /** The resident memory after the last collection, which no collection frees. */
  let floorBytes = 0;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > quietShare || readUnusedBytes() < floorBytes + minFreedBytes) return;
    collect();
    floorBytes = readUnusedBytes();
    before = performance.eventLoopUtilization();
  }, intervalMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** The resident memory besides heap and buffers: the program, its stacks, and freed pages. */
function readUnusedBytes(): number {
  const { rss, heapTotal, external } = process.memoryUsage();
  return rss - heapTotal - external;
}

function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
