import { runCommand } from './run.ts';

const code = await runCommand(process.argv.slice(2));
// Zero does not replace the exit code that a server sets itself when it could not start.
if (code !== 0) process.exitCode = code;
