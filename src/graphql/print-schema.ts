import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema.ts';

/*
 * node src/graphql/print-schema.ts writes schema.graphql
 * node src/graphql/print-schema.ts --check exits with 1 if schema.graphql is not up to date
 */
const file = path.resolve(import.meta.dirname, '../../schema.graphql');
const text = `${printSchema(lexicographicSortSchema(schema))}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(file, text);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error('schema.graphql is not current: run "node src/graphql/print-schema.ts".');
  process.exitCode = 1;
}
