#!/usr/bin/env node
import { existsSync } from 'node:fs';

// A clone runs its sources on Node 24 and newer. A package, or an older Node, runs what `npm run build` made of them.
const sources = new URL('../src/cli/main.ts', import.meta.url);
const compiled = new URL('../dist/cli/main.js', import.meta.url);
const runsSources = process.features.typescript && typeof AsyncDisposableStack !== 'undefined';
const main = runsSources && existsSync(sources) ? sources : compiled;
if (main === compiled && !existsSync(compiled)) {
  console.error(
    `Node ${process.versions.node} cannot run the sources, and nothing is built. Run "npm ci && npm run build" first.`,
  );
  process.exit(1);
}
if (typeof AsyncDisposableStack === 'undefined') await import('../dist/polyfills.js');
await import(main.href);
