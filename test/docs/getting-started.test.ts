import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { post } from '../fixtures/client.ts';
import { buildDashboard } from '../fixtures/dashboard-build.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { findStablePort } from '../fixtures/stable-port.ts';
import { readCodeBlocks } from './code-blocks.ts';

const blocks = readCodeBlocks('docs/getting-started.md');

it('the steps of docs/getting-started.md lead to a first delivery', { timeout: 180_000 }, async () => {
  await buildDashboard();
  const dataDirectory = await makeTestDirectory('getting-started');
  const receiverPort = String(await findStablePort());
  const [, startBlock, receiverBlock] = blocks.filter(({ language }) => language === 'sh');
  const port = String(await findStablePort());
  await using server = start(startBlock?.code, { PORT: port, DATA_DIR: dataDirectory });
  await using receiver = start(receiverBlock?.code.replace('3000', receiverPort), {});
  await expect.poll(server.output, { timeout: 120_000 }).toContain('GraphQL:');
  const key = (await readFile(path.join(dataDirectory, 'root-api-key'), 'utf8')).trim();
  for (const { code } of blocks.filter(({ language }) => language === 'graphql')) {
    const answer = await post(`http://127.0.0.1:${port}`, key, code.replace(':3000', `:${receiverPort}`));
    expect(answer.errors).toBeUndefined();
    for (const result of Object.values(answer.data ?? {})) expect(result).not.toHaveProperty('code');
  }
  await expect.poll(receiver.output).toBe('payment.completed\n');
});

/** Runs a block in the root of the repository, in a process group that is ended as a whole. */
function start(code: string | undefined, environment: Readonly<Record<string, string>>) {
  const shell = spawn('bash', ['--norc', '-euc', code ?? 'false'], {
    env: { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`, HOME: process.env.HOME, ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(shell, 'close');
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', chunk => (output += chunk));
  return {
    output: () => output,
    async [Symbol.asyncDispose]() {
      if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, 'SIGTERM');
      await closed;
    },
  };
}
