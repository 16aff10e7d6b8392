import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { readArguments } from './read-arguments.ts';

readArguments('node tools/verify.ts\n\nRuns all checks except the tests, and fails if one of them fails.');

/** The checks that only read files. As many run at once as there are processors. The longest come first. */
const checks = [
  'tsc --noEmit',
  'tsc --noEmit -p src/dashboard',
  'knip',
  'biome check .',
  'node tools/verify-imports.ts',
  'node tools/verify-schema.ts',
  'tsc --noEmit -p tsconfig.client.json',
];
/** Runs alone after the others, because it writes generated files again. */
const lastCheck = 'node tools/verify-generated.ts';

const failed: string[] = [];
const waiting = checks.values();
await Promise.all(Array.from({ length: availableParallelism() }, runWaiting));
await run(lastCheck);
for (const command of failed) console.error(`failed: ${command}`);
if (failed.length > 0) process.exitCode = 1;

async function runWaiting(): Promise<void> {
  // All callers take their commands from the same iterator.
  for (const command of waiting) await run(command);
}

/** Runs a command, whose programs npm has put on the path, and then prints its output as a whole. */
async function run(command: string): Promise<void> {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => chunks.push(chunk));
  const [code] = await once(child, 'close');
  process.stdout.write(`> ${command}\n${Buffer.concat(chunks)}`);
  if (code !== 0) failed.push(command);
}
