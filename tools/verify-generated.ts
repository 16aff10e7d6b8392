import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { readArguments } from './read-arguments.ts';

readArguments('node tools/verify-generated.ts\n\nFails if a generated file is not current.');

/**
 * Generates all committed files that are generated, and fails if a file changes. The new files are then in the work
 * tree, ready to be checked and committed.
 */
const patterns = [
  'src/**/generated/**/*.ts',
  'test/generated/**/*.ts',
  'schema.graphql',
  'README.md',
  'docs/reference/cli.md',
  'docs/reference/configuration.md',
];

const before = fingerprint();
execFileSync('npm', ['run', '--silent', 'generate'], { stdio: ['ignore', 'ignore', 'inherit'] });
const after = fingerprint();
const changed = [...new Set([...before.keys(), ...after.keys()])].filter(path => before.get(path) !== after.get(path));
for (const path of changed) console.error(`${path} was not current; it is now: look at it and commit it`);
if (changed.length > 0) process.exitCode = 1;
else console.log(`generated: ${after.size} files, all current`);

function fingerprint(): Map<string, string> {
  return new Map(
    globSync(patterns).map(path => [path, createHash('sha256').update(readFileSync(path)).digest('hex')] as const),
  );
}
