import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeTestDirectory } from '../fixtures/run-directory.ts';

const require = createRequire(import.meta.url);
const relayCompiler: string = require('relay-compiler');

/**
 * Compiles documents with Relay's compiler against `schema.graphql`, as the module `deliveryList` of an application.
 * @returns a function that reads an artifact by its name.
 * @throws the error of the compiler if Relay rejects the schema or a document.
 */
export async function compileRelay(source: string): Promise<<Artifact>(name: string) => Artifact> {
  const directory = await makeTestDirectory('relay');
  await mkdir(path.join(directory, 'artifacts'));
  await writeFile(path.join(directory, 'deliveryList.js'), source);
  await writeFile(
    path.join(directory, 'relay.config.json'),
    JSON.stringify({
      src: '.',
      schema: './schema.graphql',
      language: 'javascript',
      eagerEsModules: false,
      artifactDirectory: './artifacts',
      customScalarTypes: { DateTime: 'string', JSON: 'mixed' },
    }),
  );
  await copyFile('schema.graphql', path.join(directory, 'schema.graphql'));
  await promisify(execFile)(relayCompiler, ['--noWatchman', 'relay.config.json'], { cwd: directory });
  return name => require(path.join(directory, 'artifacts', `${name}.graphql.js`));
}
