import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSchemaBases } from '../../tools/schema-bases.ts';

const project = path.join(import.meta.dirname, '../..');
const copied = ['schema.graphql', 'eslint.config.js', 'package.json', 'tools'];
const directory = mkdtempSync(path.join(tmpdir(), 'livehook-schema-'));
const origin = path.join(directory, 'origin');
const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, ...inherited } = process.env;
const env = { ...inherited, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

/** Creates a repository with the schema and the schema check of this project, with two commits on `main`. */
beforeAll(() => {
  mkdirSync(origin);
  for (const name of copied) cpSync(path.join(project, name), path.join(origin, name), { recursive: true });
  git(origin, 'init', '--quiet', '--initial-branch=main');
  commit(origin, 'Add the schema');
  writeFileSync(path.join(origin, 'note.txt'), 'Something else.\n');
  commit(origin, 'Add a note');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('the schema check fails for a breaking change that is committed in a clean clone, and names the change', () => {
  const clone = cloneOrigin('broken');
  breakSchema(clone);
  commit(clone, 'Remove the viewer');
  commit(clone, 'Do something else');
  const { code, output } = verify(clone);
  expect(code).toBe(1);
  expect(output).toContain(
    "schema.graphql: breaks clients of the merge base with origin/main: Field 'viewer' was removed from object type 'Query'",
  );
});

test('the schema check in a shallow clone compares with HEAD only, and prints that', () => {
  const clone = cloneOrigin('shallow', '--depth=1');
  expect(findSchemaBases(clone).map(({ name }) => name)).toEqual(['HEAD']);
  const { code, output } = verify(clone);
  expect(output).toContain('compared with HEAD alone, since this clone is shallow');
  expect(code).toBe(0);
});

test('the schema check compares with the merge base on a branch, and with the last tag or the previous commit on main', () => {
  const clone = cloneOrigin('bases');
  const namesOf = () => findSchemaBases(clone).map(({ name }) => name);
  expect(namesOf()).toEqual(['the previous commit', 'HEAD']);

  git(clone, 'tag', 'v0.1.0', 'HEAD^');
  expect(namesOf()).toEqual(['the tag v0.1.0', 'HEAD']);

  git(clone, 'checkout', '--quiet', '-b', 'topic');
  commit(clone, 'Begin a topic');
  expect(namesOf()).toEqual(['the merge base with origin/main', 'HEAD']);

  git(clone, 'remote', 'remove', 'origin');
  expect(namesOf()).toEqual(['the merge base with main', 'HEAD']);

  expect(findSchemaBases(directory)).toEqual([]);
});

function cloneOrigin(name: string, ...args: string[]): string {
  const clone = path.join(directory, name);
  git(directory, 'clone', '--quiet', ...args, `file://${origin}`, clone);
  symlinkSync(path.join(project, 'node_modules'), path.join(clone, 'node_modules'));
  return clone;
}

function breakSchema(clone: string): void {
  const file = path.join(clone, 'schema.graphql');
  const schema = readFileSync(file, 'utf8');
  const broken = schema.replace(/\n {2}viewer: Viewer!\n/, '\n  watcher: Viewer!\n');
  expect(broken).not.toBe(schema);
  writeFileSync(file, broken);
}

function commit(clone: string, message: string): void {
  git(clone, 'add', '--all', '--', ':!node_modules');
  git(
    clone,
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@example.com',
    'commit',
    '--quiet',
    '--allow-empty',
    '-m',
    message,
  );
}

function git(cwd: string, ...args: string[]): void {
  execFileSync('git', args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
}

function verify(cwd: string): { readonly code: number; readonly output: string } {
  try {
    const options = { cwd, env, encoding: 'utf8', stdio: 'pipe' } as const;
    return { code: 0, output: execFileSync(process.execPath, ['tools/verify-schema.ts'], options) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
    return { code: status ?? -1, output: `${stdout}${stderr}` };
  }
}
