import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, publishEvent } from '../../src/client/index.ts';
import { openBulkRunner } from '../../src/janitor/bulk-runner.ts';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { childEnvironment } from '../fixtures/child-environment.ts';
import { findProgram } from '../fixtures/find-program.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { readCodeBlocks } from './code-blocks.ts';

const commandLine = readCodeBlocks('docs/guides/command-line.md');
const localDevelopment = readCodeBlocks('docs/guides/local-development.md');

describe('the guides to the command line', () => {
  const cleanup = new AsyncDisposableStack();
  let api: TestApi;
  let directory: string;

  beforeAll(async () => {
    await findProgram({ what: 'jq', names: ['jq'], aptPackage: 'jq' });
    api = cleanup.use(await openTestApi());
    cleanup.use(openBulkRunner(api.services));
    directory = await makeTestDirectory('command-line');
  });
  afterAll(() => cleanup.disposeAsync());

  /** Starts a block in a shell in which `livehook` is the command of this repository. */
  const start = (code: string) => {
    const script = `livehook() { "${process.execPath}" "${path.resolve('bin/livehook.js')}" "$@"; }\n${code}`;
    const env = { ...childEnvironment, LIVEHOOK_URL: api.url, LIVEHOOK_API_KEY: rootKey };
    const shell = spawn('bash', ['--norc', '-euc', script], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [shell.stdout, shell.stderr]) stream.on('data', chunk => (output += chunk));
    return { shell, readOutput: () => output, closed: once(shell, 'close') as Promise<[number | null]> };
  };

  it('contain commands that all succeed in the order of the page', { timeout: 180_000 }, async () => {
    const file = commandLine.find(({ language }) => language === 'yaml');
    await writeFile(path.join(directory, file?.title ?? ''), file?.code ?? '');
    const blocks = commandLine.filter(({ language, title }) => language === 'sh' && title === null);
    expect(blocks).toHaveLength(4);
    for (const { code, line } of blocks) {
      const { readOutput, closed } = start(code);
      const [exitCode] = await closed;
      expect(exitCode, `line ${line}: ${readOutput()}`).toBe(0);
    }
  });

  it('contain a tail command that prints a transition', { timeout: 180_000 }, async () => {
    const { code = '' } = commandLine.find(({ title }) => title === 'tail') ?? {};
    const { shell, readOutput, closed } = start(`${code.trim()} --limit 1`);
    const client = createClient({ url: api.url, apiKey: rootKey });
    // Publishes until the command prints a transition, because it prints only those from after it has connected.
    while (shell.exitCode === null) {
      await publishEvent(client, { type: 'order.created', payload: null });
      await Promise.race([closed, delay(200)]);
    }
    await closed;
    expect(shell.exitCode).toBe(0);
    expect(readOutput()).toMatch(/PENDING +dlv_\w+ +order\.created/);
  });

  it('contain a listen command that prints the signing secret', { timeout: 180_000 }, async () => {
    const { code = '' } = localDevelopment.find(({ title }) => title === 'listen') ?? {};
    const { shell, readOutput, closed } = start(
      `exec "${process.execPath}" "${path.resolve('bin/livehook.js')}" ${code.trim().slice('livehook '.length)}`,
    );
    await expect.poll(readOutput, { timeout: 60_000 }).toMatch(/Secret: whsec_/);
    shell.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
  });
});
