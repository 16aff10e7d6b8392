import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { childEnvironment } from '../fixtures/child-environment.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';

const bin = path.join(import.meta.dirname, '../../bin/livehook.js');
const run = promisify(execFile);

it('livehook config prints the settings of livehook.yaml and the environment, and masks secrets', async () => {
  const cwd = await makeTestDirectory('config');
  await writeFile(path.join(cwd, 'livehook.yaml'), 'port: 8080\nlog_level: warn\n');
  const env = { ...childEnvironment, LOG_LEVEL: 'error', ROOT_API_KEY: 'a-key-that-nobody-sees', PROT: '1' };
  const json = await run(process.execPath, [bin, '--json', 'config'], { cwd, env });
  expect(JSON.parse(json.stdout)).toMatchObject({
    PORT: { value: 8080, source: 'livehook.yaml: PORT' },
    LOG_LEVEL: { value: 'error', source: 'environment: LOG_LEVEL' },
    ROOT_API_KEY: { value: '********', source: 'environment: ROOT_API_KEY' },
    HOST: { value: '127.0.0.1', source: 'default' },
  });
  const text = await run(process.execPath, [bin, 'config'], { cwd, env });
  expect(text.stdout).toMatch(/^PORT +8080 {2}# livehook\.yaml: PORT$/m);
  expect(json.stdout + text.stdout + text.stderr).not.toContain('nobody-sees');
});

it('livehook config and livehook start print the mistakes in the configuration file', async () => {
  const cwd = await makeTestDirectory('config');
  await writeFile(path.join(cwd, 'other.yaml'), 'retention_day: 7\nport: many\n');
  const env = childEnvironment;
  for (const command of ['config', 'start', 'demo']) {
    const error = await run(process.execPath, [bin, command, '--config', 'other.yaml'], { cwd, env }).catch(e => e);
    expect(error.code).toBe(command === 'config' ? 2 : 1);
    expect(error.stderr).toContain('other.yaml: "retention_day" is not a setting. Did you mean RETENTION_DAYS?');
  }
});
