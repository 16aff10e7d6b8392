import { LivehookError } from '../client/index.ts';

/** The command line is wrong. The message says which value was given and what would be accepted. */
export class UsageError extends Error {}

/** Ends a command with an exit code without printing an error, because the command has printed its result. */
export class SilentExit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** The exit codes of every command, for scripts. */
export const exitCodes = { refused: 1, usage: 2, unavailable: 3, unauthorized: 4, different: 5 } as const;

export const exitCodeHelp = `
Exit codes:
  0  done
  1  the server refused the request, or did not find what it names
  2  the command was called wrongly
  3  the server cannot be reached or is overloaded; the same command may succeed later
  4  the API key is missing a permission, or is not valid
  5  diff found changes that apply would make; migrate status found migrations to apply

Environment:
  LIVEHOOK_URL      where the server is; default http://127.0.0.1:4000
  LIVEHOOK_API_KEY  the API key; default for a server on this machine: .data/root-api-key, .data-demo/root-api-key`;

/** The exit code of a command that failed with this error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof SilentExit) return error.exitCode;
  if (error instanceof UsageError) return exitCodes.usage;
  if (!(error instanceof LivehookError)) return exitCodes.refused;
  if (error.isRetryable) return exitCodes.unavailable;
  return error.code === 'UNAUTHORIZED' || error.code === 'FORBIDDEN' ? exitCodes.unauthorized : exitCodes.refused;
}
