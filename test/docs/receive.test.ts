import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { createSigner, generateSecret } from '../../src/egress/signing.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { findStablePort } from '../fixtures/stable-port.ts';
import { readCodeBlocks } from './code-blocks.ts';

const page = 'docs/guides/receive.md';
const blocks = readCodeBlocks(page);
const secret = generateSecret();
const signer = createSigner([generateSecret(), secret]);

interface Request {
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isValid: boolean;
}

/** Creates requests that are signed as during a rotation: with the secret of the receiver and a second one. */
function makeRequests(): Request[] {
  const body = '{"amount":4200,"name":"Zoë"}';
  const now = Math.floor(Date.now() / 1000);
  const sign = (timestamp: number, by = signer) => ({
    'webhook-id': 'evt_01h455vb4pex5vsknk084sn02q',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': by.sign('evt_01h455vb4pex5vsknk084sn02q', timestamp, body).standard,
    'x-webhook-event': 'payment.completed',
  });
  const { 'webhook-signature': _, ...unsigned } = sign(now);
  return [
    { title: 'a valid request', headers: sign(now), body, isValid: true },
    { title: 'an altered body', headers: sign(now), body: body.replace('4200', '9900'), isValid: false },
    { title: 'an altered id', headers: { ...sign(now), 'webhook-id': 'evt_other' }, body, isValid: false },
    { title: 'a timestamp of an hour ago', headers: sign(now - 3600), body, isValid: false },
    {
      title: 'a timestamp that is no number',
      headers: { ...sign(now), 'webhook-timestamp': 'x' },
      body,
      isValid: false,
    },
    { title: "another endpoint's secret", headers: sign(now, createSigner([generateSecret()])), body, isValid: false },
    { title: 'no signature', headers: unsigned, body, isValid: false },
  ];
}

interface Receiver {
  readonly language: string;
  /** The titles of the code blocks of this language. */
  readonly files: readonly string[];
  readonly probe: readonly string[];
  /** A command that compiles the receiver. Undefined if the language needs none. */
  readonly build?: readonly string[];
  readonly command: readonly string[];
}

/**
 * The receivers of the guide. `probe` is a command that succeeds if the language is installed in the required version
 * and with the required library.
 */
const receivers: readonly Receiver[] = [
  {
    language: 'Node',
    files: ['receiver.mjs'],
    probe: [process.execPath, '--version'],
    command: [process.execPath, 'receiver.mjs'],
  },
  {
    language: 'Python',
    files: ['receiver.py'],
    probe: ['python3', '-c', '"".removeprefix'],
    command: ['python3', 'receiver.py'],
  },
  {
    language: 'Ruby',
    files: ['receiver.rb'],
    probe: ['ruby', '-rwebrick', '-e', ''],
    command: ['ruby', 'receiver.rb'],
  },
  {
    language: 'PHP',
    files: ['receiver.php'],
    probe: ['php', '--version'],
    command: ['php', '-S', '127.0.0.1:$PORT', 'receiver.php'],
  },
  {
    language: 'Java',
    files: ['Receiver.java'],
    probe: ['java', '--source', '17', '--version'],
    command: ['java', '-XX:TieredStopAtLevel=1', 'Receiver.java'],
  },
  {
    language: 'Go',
    files: ['verify.go', 'receiver.go'],
    probe: ['go', 'version'],
    // The first build on a machine also compiles Go's HTTP server, which takes long.
    build: ['go', 'build', '-o', 'receiver', 'verify.go', 'receiver.go'],
    command: ['./receiver'],
  },
];

it.for(receivers)(
  'the $language receiver of the guide accepts requests that were signed with its secret, and rejects all others',
  { timeout: 180_000 },
  async ({ files, probe, build, command: [program = '', ...args] }, { skip }) => {
    const problem = await runProgram(probe).then(() => null, String);
    if (problem !== null) skip(`${probe[0]} cannot run the sample: ${problem}`);
    const directory = await makeTestDirectory('receive');
    for (const file of files) await writeSample(directory, file);
    if (build) await runProgram(build, directory);
    const port = String(await findStablePort());
    await using receiver = startProgram(directory, program, args, port);
    const post = (headers: Readonly<Record<string, string>>, body: string) =>
      fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body });
    await vi
      .waitFor(() => post({}, '{}'), { timeout: 150_000, interval: 200 })
      .catch(error => {
        throw new Error(`${program} does not listen: ${receiver.output()}`, { cause: error });
      });
    for (const { title, headers, body, isValid } of makeRequests()) {
      expect((await post(headers, body)).status, `${title}\n${receiver.output()}`).toBe(isValid ? 204 : 401);
    }
  },
);

function runProgram([program = '', ...args]: readonly string[], cwd?: string) {
  const env = { ...process.env, GO111MODULE: 'off', CGO_ENABLED: '0' };
  return promisify(execFile)(program, args, { cwd, env, timeout: 170_000 });
}

async function writeSample(directory: string, file: string): Promise<void> {
  const block = blocks.find(({ title }) => title === file);
  if (!block) throw new Error(`${page} has no block ${file}`);
  await writeFile(path.join(directory, file), block.code);
}

function startProgram(directory: string, program: string, args: readonly string[], port: string) {
  const child = spawn(
    program,
    args.map(each => each.replace('$PORT', port)),
    {
      cwd: directory,
      env: { PATH: process.env.PATH, HOME: directory, SECRET: secret, PORT: port },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const closed = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk));
  return {
    output: () => output,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
