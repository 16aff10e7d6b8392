import { Command } from '@commander-js/extra-typings';
import { version } from '../version.ts';
import { addApply } from './commands/apply.ts';
import { addBulk } from './commands/bulk.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addDeliveries } from './commands/deliveries.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEndpoints } from './commands/endpoints.ts';
import { addEvents } from './commands/events.ts';
import { addKeys } from './commands/keys.ts';
import { addListen } from './commands/listen.ts';
import { addMigrate } from './commands/migrate.ts';
import { addPortalToken } from './commands/portal-token.ts';
import { addPublish } from './commands/publish.ts';
import { addTail } from './commands/tail.ts';
import { addTenants } from './commands/tenants.ts';
import { configOption } from './config-option.ts';
import { exitCodeHelp } from './exit-codes.ts';
import { ensureServerFlags } from './relaunch.ts';
import { createSession, defaultUrl, type GlobalOptions } from './session.ts';

/**
 * The commands of `livehook`. Commands that start a server import it only when they run, so that the others start
 * quickly.
 */
export function createProgram(): Command {
  const program = new Command('livehook')
    .description('Deliver webhooks, and watch, retry and replay every delivery.')
    .version(version)
    .option('--server <url>', 'where the server is', process.env.LIVEHOOK_URL || defaultUrl)
    .option('--tenant <id>', 'the tenant that the root key acts for, tnt_...')
    .option('--json', 'print one JSON value a line')
    .addHelpText('after', exitCodeHelp)
    .showHelpAfterError('Run with --help for usage.')
    .exitOverride();
  const plain = program as unknown as Command;
  addServers(plain);
  const session = createSession(() => program.opts() as GlobalOptions);
  addConfig(plain, session);
  addPublish(plain, session);
  addDeliveries(plain, session);
  addTail(plain, session);
  addEvents(plain, session);
  addEndpoints(plain, session);
  addBulk(plain, session);
  addKeys(plain, session);
  addTenants(plain, session);
  addPortalToken(plain, session);
  addListen(plain, session);
  addApply(plain, session);
  addDoctor(plain, session);
  addMigrate(plain, session);
  addCompletion(plain);
  return plain;
}

function addServers(program: Command): void {
  program
    .command('start')
    .description('Start the server. Settings come from the environment, else from the configuration file.')
    .option(...configOption)
    .action(async ({ config: configFile }) => {
      ensureServerFlags();
      const { startServer } = await import('../start.ts');
      await startServer({ environment: process.env, configFile });
    });
  program
    .command('demo')
    .description('Start a server with an embedded database, receivers and a stream of sample events.')
    .option(...configOption)
    .action(async ({ config: configFile }) => {
      ensureServerFlags();
      const { runDemo } = await import('../demo/main.ts');
      await runDemo({ environment: process.env, configFile });
    });
}
