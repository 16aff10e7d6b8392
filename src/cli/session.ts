import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Client, createClient, LivehookError } from '../client/index.ts';
import { UsageError } from './exit-codes.ts';

/** The options of every command that calls the API. */
export interface GlobalOptions {
  readonly server: string;
  readonly tenant?: string | undefined;
  readonly json?: boolean | undefined;
}

/** The URL of a server with default settings. */
export const defaultUrl = 'http://127.0.0.1:4000';

/** The files that contain the root key of a server that was started in the current directory. */
const keyFiles = ['.data/root-api-key', '.data-demo/root-api-key'];

/** The server and the output of a command. */
export interface Session {
  /** The client for the server of `--server`. @throws UsageError if there is no key. */
  connect(): Client;
  /** The value of `--server`, without a slash at its end. @throws UsageError if it is not a URL. */
  url(): string;
  /** Whether neither `--server` nor `LIVEHOOK_URL` is set. */
  isDefaultUrl(): boolean;
  /** Prints one result: as one line of JSON with `--json`, otherwise as text. */
  print(value: unknown, text: string): void;
  /** Prints progress on standard error. Prints nothing with `--json`. */
  inform(text: string): void;
  /** Prints a warning on standard error, also with `--json`. */
  warn(text: string): void;
  /** Prints on standard error that the connection was lost and when it is retried. Prints nothing with `--json`. */
  informReconnect(error: Error, waitMs: number): void;
  /**
   * Shows progress on standard error: one line that changes in a terminal, otherwise a line for each change. Prints
   * nothing with `--json`.
   */
  showProgress(progress: Progress): void;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** The text that follows the numbers in the line of progress. */
  readonly text: string;
  /** Whether this is the last update. Later output starts on a new line. */
  readonly isFinal: boolean;
}

/** @param readOptions called when a command runs, after the arguments were parsed. */
export function createSession(readOptions: () => GlobalOptions): Session {
  const readUrl = () => {
    const { server: url } = readOptions();
    if (!URL.canParse(url)) throw new UsageError(`--server must be a URL such as http://127.0.0.1:4000; got "${url}"`);
    return url.replace(/\/+$/, '');
  };
  let lastProgress = '';
  const inform = (text: string) => {
    if (!readOptions().json) console.error(text);
  };
  return {
    url: readUrl,
    isDefaultUrl: () => readUrl() === defaultUrl,
    connect() {
      const url = readUrl();
      const { apiKey, file } = findKey(url);
      const warnOfOldKey: typeof fetch = async (...request) => {
        const response = await fetch(...request);
        if (response.status === 401 && file !== null) {
          console.error(`${url} does not accept the key in ${file}. Set LIVEHOOK_API_KEY to a key of that server.`);
        }
        return response;
      };
      return createClient({ url, apiKey, tenantId: readOptions().tenant, fetch: warnOfOldKey });
    },
    print(value, text) {
      console.log(readOptions().json ? JSON.stringify(value) : text);
    },
    inform,
    warn: text => console.error(text),
    informReconnect({ message }, waitMs) {
      inform(`${message.replace(/\.$/, '')}. Connecting again in ${(waitMs / 1000).toFixed(1)} s.`);
    },
    showProgress(progress) {
      const line = describeProgress(progress);
      if (readOptions().json || (line === lastProgress && !progress.isFinal)) return;
      lastProgress = line;
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}${progress.isFinal ? '\n' : ''}`);
      else console.error(line);
    },
  };
}

const barWidth = 24;

/** A progress bar such as `[######------------------]  25%  500 of 2000`. */
function describeProgress({ done, total, text }: Progress): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.floor(share * barWidth);
  const bar = '#'.repeat(filled) + '-'.repeat(barWidth - filled);
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)}%  ${done} of ${total}  ${text}`.trimEnd();
}

/** Reads the key from `LIVEHOOK_API_KEY` or, for a server on this machine, from its files in the current directory. */
function findKey(url: string): { readonly apiKey: string; readonly file: string | null } {
  const { LIVEHOOK_API_KEY } = process.env;
  if (LIVEHOOK_API_KEY) return { apiKey: LIVEHOOK_API_KEY, file: null };
  const file = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname) && keyFiles.find(existsSync);
  if (file) return { apiKey: readFileSync(path.resolve(file), 'utf8').trim(), file };
  throw new UsageError('Set LIVEHOOK_API_KEY to an API key. The server prints its root key when it first starts.');
}

type Outcome = { readonly __typename: string };
type Failure = Outcome & { readonly code: string; readonly message: string };

/** Returns the result of a mutation. @throws LivehookError if the result is one of the API's error types. */
export function takeResult<T extends Outcome>(outcome: T): Exclude<T, Failure> {
  if ('code' in outcome && 'message' in outcome) throw new LivehookError(`${outcome.code}`, `${outcome.message}`);
  return outcome as Exclude<T, Failure>;
}
