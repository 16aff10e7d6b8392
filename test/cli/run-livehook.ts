import { type ChildProcessByStdio, spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { expect, inject, vi } from 'vitest';
import { runCommand } from '../../src/cli/run.ts';
import { rootKey } from '../fixtures/api.ts';
import { childEnvironment } from '../fixtures/child-environment.ts';

const bin = path.join(import.meta.dirname, '../../bin/livehook.js');

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs a command in this process. Only one command may run at a time. `environment` is added to the environment of the
 * tests.
 */
export async function livehook(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  const output: string[] = [];
  const errors: string[] = [];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(line => void output.push(`${line}\n`)),
    vi.spyOn(console, 'error').mockImplementation(line => void errors.push(`${line}\n`)),
    vi.spyOn(process.stderr, 'write').mockImplementation(chunk => errors.push(String(chunk)) > 0),
  ];
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  try {
    const code = await runCommand(args);
    return { code, output: output.join(''), errors: errors.join('') };
  } finally {
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs a command with `--json` that must succeed. @returns the printed values. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the command's.
export async function livehookJson(url: string, args: readonly string[]): Promise<any[]> {
  const { code, output, errors } = await livehook(['--json', ...args], keyOf(url));
  expect(errors).toBe('');
  expect(code).toBe(0);
  return parseLines(output);
}

/** The environment with which a command uses the server at `url` and its root key. */
export function keyOf(url: string): Record<string, string> {
  return { LIVEHOOK_URL: url, LIVEHOOK_API_KEY: rootKey };
}

/** Starts a command as a separate process. */
export function spawnLivehook(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [bin, ...args], {
    cwd: inject('runDirectory'),
    env: { ...childEnvironment, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Parses the lines that a command prints with `--json`. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the command's.
export function parseLines(output: string): any[] {
  return output.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]));
}
