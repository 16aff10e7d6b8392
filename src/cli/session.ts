import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { styleText } from 'node:util';
import { type Client, createClient, LivehookError } from '../client/index.ts';
import { UsageError } from './exit-codes.ts';

/** The options that every command of the API takes. */
export interface GlobalOptions {
  readonly url: string;
  readonly tenant?: string | undefined;
  readonly json?: boolean | undefined;
}

/** The files in which a server of this directory keeps its root key. */
const keyFiles = ['.data/root-api-key', '.data-demo/root-api-key'];

/** What a command talks to and writes to. */
export interface Session {
  /** The server of `--url`. @throws UsageError if there is no key. */
  connect(): Client;
  /** Prints one result: as JSON on one line with `--json`, else as text. */
  print(value: unknown, text: string): void;
  /** Prints progress for people, on standard error. Nothing with `--json`. */
  inform(text: string): void;
}

/** @param readOptions called when a command runs, after the arguments were parsed. */
export function createSession(readOptions: () => GlobalOptions): Session {
  return {
    connect() {
      const { url, tenant } = readOptions();
      if (!URL.canParse(url)) throw new UsageError(`--url must be a URL such as http://127.0.0.1:4000; got "${url}"`);
      return createClient({ url, apiKey: findKey(url), tenantId: tenant });
    },
    print(value, text) {
      console.log(readOptions().json ? JSON.stringify(value) : text);
    },
    inform(text) {
      if (!readOptions().json) console.error(text);
    },
  };
}

/** From `LIVEHOOK_API_KEY`. For a server on this machine, else from what it keeps in the current directory. */
function findKey(url: string): string {
  const { LIVEHOOK_API_KEY } = process.env;
  if (LIVEHOOK_API_KEY) return LIVEHOOK_API_KEY;
  const file = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname) && keyFiles.find(existsSync);
  if (file) return readFileSync(path.resolve(file), 'utf8').trim();
  throw new UsageError('Set LIVEHOOK_API_KEY to an API key. The server prints its root key when it first starts.');
}

type Outcome = { readonly __typename: string };
type Failure = Outcome & { readonly code: string; readonly message: string };

/** The result of a mutation. @throws LivehookError if it is an error of the API. */
export function takeResult<T extends Outcome>(outcome: T): Exclude<T, Failure> {
  if ('code' in outcome && 'message' in outcome) throw new LivehookError(`${outcome.code}`, `${outcome.message}`);
  return outcome as Exclude<T, Failure>;
}

type Style = Parameters<typeof styleText>[0];

const statusStyles: Readonly<Record<string, Style>> = {
  PENDING: 'gray',
  PROCESSING: 'cyan',
  RETRYING: 'yellow',
  SUCCEEDED: 'green',
  FAILED: 'red',
};

/** A status of a delivery in its colour, padded for a column. Plain where standard output is no terminal. */
export function formatStatus(status: string): string {
  const padded = status.padEnd(10);
  return process.stdout.isTTY ? styleText(statusStyles[status] ?? 'white', padded) : padded;
}
