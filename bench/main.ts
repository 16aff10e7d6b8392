import { availableParallelism, cpus, totalmem } from 'node:os';
import { benchBloat } from './bloat.ts';
import { benchDashboard } from './dashboard.ts';
import { benchDelivery } from './delivery.ts';
import { benchFairness } from './fairness.ts';
import { benchFanOut } from './fan-out.ts';
import { benchFeed } from './feed.ts';
import { type BenchOptions, readOptions, usage } from './fixtures/options.ts';
import { benchLag } from './lag.ts';
import { benchLatency } from './latency.ts';
import { benchLayouts } from './layouts.ts';
import { benchLighthouse } from './lighthouse.ts';
import { benchList } from './list.ts';
import { benchMemory } from './memory.ts';
import { benchPeers } from './peers.ts';
import { benchPublish } from './publish.ts';
import { benchRateLimits } from './rate-limits.ts';
import { benchRecovery } from './recovery.ts';
import { benchRetention } from './retention.ts';

/**
 * `npm run bench` runs every benchmark, and `npm run bench -- delivery` runs one. For options see fixtures/options.ts.
 * Each benchmark prints one table of its figures and those of its baseline.
 */
const benchmarks: Readonly<Record<string, (options: BenchOptions) => Promise<void>>> = {
  delivery: benchDelivery,
  publish: benchPublish,
  latency: benchLatency,
  fairness: benchFairness,
  'fan-out': benchFanOut,
  feed: benchFeed,
  lag: benchLag,
  list: benchList,
  bloat: benchBloat,
  memory: benchMemory,
  'rate-limits': benchRateLimits,
  recovery: benchRecovery,
  retention: benchRetention,
  peers: benchPeers,
  layouts: benchLayouts,
  dashboard: benchDashboard,
  lighthouse: benchLighthouse,
};

const request = readRequest();
if (request) await main(request);

/** Reads the command line. If it is wrong, prints the reason and returns null. */
function readRequest(): ReturnType<typeof readOptions> | null {
  try {
    return readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return null;
  }
}

async function main({ names, options, isHelp }: ReturnType<typeof readOptions>): Promise<void> {
  const known = `Benchmarks: ${Object.keys(benchmarks).join(', ')}`;
  if (isHelp) return console.log(`${usage}\n\n${known}`);
  const unknown = names.filter(name => !(name in benchmarks));
  if (unknown.length > 0) {
    console.error(`There is no benchmark ${unknown.join(', ')}.\n${known}`);
    process.exitCode = 2;
    return;
  }
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  console.log(
    `${availableParallelism()} cores (${cpus()[0]?.model}), ${memoryGib} GiB, Node ${process.version}, ${process.platform}` +
      `${options.quick ? '; quick: a smoke test, no figures to quote' : ''}`,
  );
  for (const [name, run] of Object.entries(benchmarks)) {
    if (names.length === 0 || names.includes(name)) await run(options);
  }
}
