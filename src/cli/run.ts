import { CommanderError } from '@commander-js/extra-typings';
import { LivehookError } from '../client/index.ts';
import { ConfigError } from '../config/config-error.ts';
import { exitCodeOf, exitCodes, SilentExit, UsageError } from './exit-codes.ts';
import { createProgram } from './program.ts';

/**
 * Runs one command and explains on standard error why it failed.
 *
 * @param args the arguments after `livehook`.
 * @returns the exit code.
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has already printed its errors. It also throws after `--help` and `--version`, with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    if (error instanceof SilentExit) return error.exitCode;
    if (error instanceof LivehookError) console.error(`${error.code}: ${error.message}`);
    else if (error instanceof ConfigError) console.error(`The configuration is wrong:\n${error.message}`);
    else console.error(error instanceof UsageError ? error.message : error);
    return exitCodeOf(error);
  }
}
