import { runCommand } from './run.ts';

const code = await runCommand(process.argv.slice(2));
// A server that could not start has set its own.
if (code !== 0) process.exitCode = code;
