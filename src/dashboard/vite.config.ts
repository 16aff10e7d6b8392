import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressOutput } from './build/compress-output.ts';
import { inlineDocuments } from './build/inline-documents.ts';

/** Builds the dashboard into dist/dashboard, which src/server/dashboard.ts serves. */
export default defineConfig({
  root: import.meta.dirname,
  // Relative: the server sets the base of the page.
  base: './',
  // For example `shell_topBar`, which index.html uses too. A test checks that no two modules have the same file name.
  css: { modules: { generateScopedName: (name, file) => `${path.basename(file, '.module.css')}_${name}` } },
  plugins: [inlineDocuments(), react(), compressOutput()],
  build: {
    outDir: path.join(import.meta.dirname, '../../dist/dashboard'),
    emptyOutDir: true,
    // What imports what, for the test of the budget.
    manifest: true,
    // What knows light-dark() and needs no inline polyfill, which the content security policy forbids.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    // Neither images nor scripts as data: URLs.
    assetsInlineLimit: 0,
  },
  // `npx vite --config src/dashboard/vite.config.ts` beside `npm start`.
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } } },
});
