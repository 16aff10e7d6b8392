import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

const module = new URL('../src/memory-trimmer.ts', import.meta.url).href;

/** A program that fills the heap, drops all of it, and prints a line once its resident memory has fallen. */
const script = `
import { openMemoryTrimmer } from ${JSON.stringify(module)};
const readMegabytes = () => Math.round(process.memoryUsage.rss() / 1e6);
let kept = [];
for (let count = 0; count < 1_000_000; count += 1) kept.push({ count, text: 'x' + count });
const grown = readMegabytes();
kept = null;
using trimmer = openMemoryTrimmer({ intervalMs: 100, minFreedBytes: 16 * 1024 * 1024, quietShare: 1 });
while (readMegabytes() > grown * 0.6) await new Promise(resolve => setTimeout(resolve, 100));
console.log('given back');
`;

it('the memory trimmer returns the memory that is unused after a load to the operating system', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', chunk => {
    output += chunk;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 150_000);
  await once(child, 'close');
  clearTimeout(timer);
  expect(output).toBe('given back\n');
});
