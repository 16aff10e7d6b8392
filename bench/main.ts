import { benchDelivery } from './delivery.ts';

/** `npm run bench` runs every benchmark, `npm run bench -- delivery` one. Each prints its figures beside their roof. */
const benchmarks: Record<string, () => Promise<void>> = { delivery: benchDelivery };

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(benchmarks).join(', ')}`);
  process.exitCode = 1;
} else {
  for (const [name, run] of Object.entries(benchmarks)) if (wanted.length === 0 || wanted.includes(name)) await run();
}
