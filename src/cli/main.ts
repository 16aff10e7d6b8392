import { runCommand } from './run.ts';

const code = await runCommand(process.argv.slice(2));
// A server that could not start has already set the exit code.
if (code !== 0) process.exitCode = code;
