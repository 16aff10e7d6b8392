import { Command } from '@commander-js/extra-typings';
import { version } from '../version.ts';

/** The commands of `livehook`. Each imports what it needs when it runs, so that help and completion are quick. */
export function createProgram(): Command {
  const program = new Command('livehook')
    .description('Deliver webhooks, and watch, retry and replay every delivery.')
    .version(version)
    .showHelpAfterError('Run with --help for usage.');
  program
    .command('start')
    .description('Start the server. Settings are environment variables.')
    .action(async () => {
      const { startServer } = await import('../start.ts');
      await startServer(process.env);
    });
  program
    .command('demo')
    .description('Start a server with an embedded database, receivers and a stream of sample events.')
    .action(async () => {
      const { runDemo } = await import('../demo/main.ts');
      await runDemo(process.env);
    });
  return program;
}
