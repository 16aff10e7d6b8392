import { CommanderError } from '@commander-js/extra-typings';
import { LivehookError } from '../client/index.ts';
import { ConfigError } from '../config/config-error.ts';
import { exitCodeOf, exitCodes, UsageError } from './exit-codes.ts';
import { createProgram } from './program.ts';

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed it. Help and version end with 0.
    process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  } else if (error instanceof LivehookError || error instanceof UsageError) {
    console.error(error instanceof LivehookError ? `${error.code}: ${error.message}` : error.message);
    process.exitCode = exitCodeOf(error);
  } else if (error instanceof ConfigError) {
    console.error(`The configuration is wrong:\n${error.message}`);
    process.exitCode = 1;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}
