import { execFile } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findProgram } from '../fixtures/find-program.ts';
import { type LivehookProcess, startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { findStablePort } from '../fixtures/stable-port.ts';
import { type CodeBlock, readCodeBlocks } from './code-blocks.ts';

const page = 'docs/integrating.md';
const blocks = readCodeBlocks(page);
const cleanup = new AsyncDisposableStack();
let livehook: LivehookProcess;

beforeAll(async () => {
  await findProgram({ what: 'curl', names: ['curl'], aptPackage: 'curl' });
  await findProgram({ what: 'jq', names: ['jq'], aptPackage: 'jq' });
  const database = cleanup.use(await createTestDatabase({ empty: true }));
  livehook = cleanup.use(await startLivehook({ DATABASE_URL: database.connectionString }));
});
afterAll(() => cleanup.disposeAsync());

it('docs/integrating.md contains shell and TypeScript blocks', () => {
  expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(['sh', 'ts']));
  expect(blocks.length).toBeGreaterThan(15);
});

it('the shell blocks of docs/integrating.md run from top to bottom', { timeout: 180_000 }, async () => {
  const directory = await writeBlocks();
  const run = promisify(execFile)('bash', ['--norc', '-c', toScript(blocks)], {
    cwd: directory,
    timeout: 170_000,
    env: {
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
      LIVEHOOK: livehook.url,
      KEY: testRootKey,
      RECEIVER_PORT: String(await findStablePort()),
    },
  });
  const { stdout } = await run.catch(error => {
    throw new Error(`${error.message}\n${error.stdout}\n${error.stderr}`);
  });
  // The output shows that the script reached the last block, and that the blocks printed what the page shows.
  expect(stdout).toContain(`${page}:${blocks.at(-1)?.line}`);
  expect(stdout).toContain('150 published');
  expect(stdout).toMatch(/PENDING\nPROCESSING\nSUCCEEDED/);
  expect(stdout).toContain('input.url');
});

it('the TypeScript of docs/integrating.md compiles with --strict', { timeout: 180_000 }, async () => {
  const directory = await writeBlocks();
  const options = '--strict --noEmit --target es2024 --module nodenext --moduleDetection force --skipLibCheck';
  const extensions = '--allowImportingTsExtensions --types node';
  const files = blocks.filter(({ language }) => language === 'ts').map(fileOf);
  const compiler = path.resolve('node_modules/typescript/bin/tsc');
  const run = promisify(execFile)(
    process.execPath,
    [compiler, ...options.split(' '), ...extensions.split(' '), ...files],
    { cwd: directory },
  );
  await run.catch(error => {
    throw new Error(error.stdout);
  });
});

/** Writes the TypeScript blocks of the page as files of a project that uses the packages of this repository. */
async function writeBlocks(): Promise<string> {
  const directory = await makeTestDirectory('integrating');
  await symlink(path.resolve('node_modules'), path.join(directory, 'node_modules'));
  await writeFile(path.join(directory, 'package.json'), '{"type":"module"}');
  for (const block of blocks) {
    if (block.language === 'ts') await writeFile(path.join(directory, fileOf(block)), block.code);
  }
  return directory;
}

/** Joins the blocks to one script, because later blocks use variables of earlier ones. */
function toScript(all: readonly CodeBlock[]): string {
  const steps = all.map(block => {
    const step = block.language === 'sh' ? block.code : block.title ? '' : `node ${fileOf(block)}`;
    return `echo "===== ${page}:${block.line}"\n${step}`;
  });
  return ['set -euao pipefail', "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT", ...steps].join('\n');
}

function fileOf({ title, line }: CodeBlock): string {
  return title ?? `line-${line}.ts`;
}
