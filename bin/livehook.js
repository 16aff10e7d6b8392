#!/usr/bin/env node
import { existsSync } from 'node:fs';

// In a clone, Node 24 and newer runs the sources. Otherwise the modules in dist run, which `npm run build` creates.
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
