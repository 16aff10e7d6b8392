import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressOutput } from './build/compress-output.ts';
import { inlineDocuments } from './build/inline-documents.ts';

/** Modules that several screens share. Modules of the same screens are merged into one file, and small files too. */
const sharedModules = { minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 30_000 };

/** Builds the dashboard into dist/dashboard, which src/server/dashboard.ts serves. */
export default defineConfig({
  root: import.meta.dirname,
  // URLs are relative, because the server sets the base URL of the page.
  base: './',
  // Class names such as `shell_topBar`, which index.html uses too. A test checks that no two CSS modules have the same
  // file name.
  css: { modules: { generateScopedName: (name, file) => `${path.basename(file, '.module.css')}_${name}` } },
  plugins: [inlineDocuments(), react(), compressOutput()],
  build: {
    outDir: path.join(import.meta.dirname, '../../dist/dashboard'),
    emptyOutDir: true,
    // Writes a manifest of the imports, which the test of the script sizes reads.
    manifest: true,
    // Browsers that support light-dark() and need no inline polyfill, which the content security policy forbids.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    // Few files, because a browser opens only six HTTP/1.1 connections and each file takes a round trip: the modules of
    // the first page, and modules that several screens share.
    rolldownOptions: {
      output: {
        // The name of a chunk of shared modules lists all screens that use it.
        chunkFileNames: ({ name }) => `assets/${name.split('~', 1)[0]}-[hash].js`,
        assetFileNames: ({ names }) => `assets/${names[0]?.includes('~') ? 'shared' : '[name]'}-[hash][extname]`,
        codeSplitting: {
          groups: [
            { name: 'start', tags: ['$initial'], priority: 3 },
            // Dialogs, menus and tooltips, which a page loads when the first one opens.
            {
              ...sharedModules,
              name: 'overlays',
              test: /node_modules\/(react-aria|react-stately|@internationalized)/,
              priority: 2,
            },
            { ...sharedModules, name: 'shared', priority: 1 },
          ],
        },
      },
    },
    // Images and scripts are files of their own and not data: URLs, which the content security policy forbids.
    assetsInlineLimit: 0,
  },
  // The API for `npx vite --config src/dashboard/vite.config.ts`, which is used beside `npm start`.
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } } },
});
