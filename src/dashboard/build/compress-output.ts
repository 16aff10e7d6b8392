import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const compressible = /\.(html|js|css|svg|json)$/;
/** Smaller files are not compressed, because they fit into one network packet anyway. */
const minBytes = 1024;

/**
 * Writes `<file>.br` and `<file>.gz` beside each text file of the build with the best compression, so that the server
 * does not compress on each request.
 */
export function compressOutput(): Plugin {
  let directory = '';
  return {
    name: 'compress-output',
    apply: 'build',
    configResolved(config) {
      directory = config.build.outDir;
    },
    async closeBundle() {
      const files = await readdir(directory, { recursive: true });
      await Promise.all(
        files.filter(file => compressible.test(file)).map(file => compress(path.join(directory, file))),
      );
    },
  };
}

async function compress(file: string): Promise<void> {
  const plain = await readFile(file);
  if (plain.length < minBytes) return;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  await Promise.all([
    promisify(brotliCompress)(plain, quality).then(packed => writeFile(`${file}.br`, packed)),
    promisify(gzip)(plain, { level: 9 }).then(packed => writeFile(`${file}.gz`, packed)),
  ]);
}
