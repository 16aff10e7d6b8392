import { runCommand } from './run.ts';

const code = await runCommand(process.argv.slice(2));
// A code of 0 does not replace the exit code that a server has set because it could not start.
if (code !== 0) process.exitCode = code;
