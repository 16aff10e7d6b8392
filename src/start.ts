import { openApp } from './app.ts';
import { ConfigError } from './config/config-error.ts';
import { readSettings } from './config/read-settings.ts';
import { type Config, findMisspeltSettings, loadConfig } from './config.ts';
import { createLogger, type Logger } from './log.ts';
import { openSecrets, type Secrets } from './secrets.ts';
import { listenForSignals, ShutdownDeadline } from './shutdown.ts';
import { describeStartError } from './start-error.ts';
import { openChild } from './workers/child.ts';
import { childVariable } from './workers/messages.ts';
import { superviseWorkers } from './workers/supervisor.ts';

export interface StartOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** The path of a configuration file. Default: `livehook.yaml` in the current directory, if it exists. */
  readonly configFile?: string | undefined;
}

/**
 * Starts Livehook from the environment and a configuration file, and resolves when it has stopped. The first SIGTERM or
 * SIGINT starts a graceful shutdown, and a second one ends the process at once. A signal during the start ends the
 * start. The process ends `SHUTDOWN_GRACE_MS` after the first signal at the latest. If the start fails, the reason is
 * printed on standard error and `process.exitCode` is 1.
 */
export async function startServer({ environment, configFile }: StartOptions): Promise<void> {
  const config = await readConfig({ environment, configFile });
  if (!config) return;
  for (const output of [process.stdout, process.stderr]) output.on('error', ignoreClosedReader);
  const child = environment[childVariable] === undefined ? null : openChild();
  const log = createLogger(config.logLevel);
  if (!child) warnOfMisspeltSettings(environment, log);
  const deadline = new ShutdownDeadline(config.shutdownGraceMs);
  const signal = listenForSignals(deadline, {
    onFirst: name => log.info({ signal: name }, 'draining; send a signal once more to end at once'),
    onDeadline: () => log.error('the shutdown took longer than SHUTDOWN_GRACE_MS; ending now'),
    onStop: child?.onStop,
  });
  try {
    const secrets = await openSecrets(config.dataDir, config.secrets);
    if (config.workers > 1) {
      return await superviseWorkers({
        config,
        secrets,
        log,
        deadline,
        signal,
        environment,
        onReady: url => {
          printAddresses(config, url, null);
          printRootKey(secrets);
        },
      });
    }
    await using app = await openApp(config, secrets, log, { deadline, signal, child });
    if (child) {
      child.reportReady(app.url);
    } else {
      log.info({ url: app.url, roles: config.roles }, `Livehook is ready: ${app.url}/graphql`);
      printAddresses(config, app.url, app.createSignInLink());
      printRootKey(secrets);
    }
    await new Promise<void>(resolve => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } catch (error) {
    if (signal.aborted) return log.info('stopped before it was ready');
    log.debug({ err: error }, 'the start failed');
    console.error(describeStartError(error, config.database.url));
    process.exitCode = 1;
  } finally {
    // A worker must exit explicitly, because its open channel to the supervisor would keep the process alive.
    if (child) process.exit(process.exitCode);
  }
}

/** Lets the service go on without output after the program that read it has ended, as in `livehook start | head`. */
function ignoreClosedReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function warnOfMisspeltSettings(environment: NodeJS.ProcessEnv, log: Logger): void {
  for (const { name, suggestion } of findMisspeltSettings(environment)) {
    log.warn(`${name} is not a setting of Livehook and has no effect. Did you mean ${suggestion}?`);
  }
}

/**
 * Prints the URLs, only with the embedded database: on other servers, more people may read the output. With several api
 * processes there is no link that signs in, because only the process that created the link could accept it.
 */
function printAddresses({ database, roles }: Config, url: string, link: string | null): void {
  if (database.url !== null || !roles.includes('api')) return;
  const note = link === null ? '' : '           (the link signs in once, within 10 minutes)\n';
  process.stdout.write(`\nDashboard: ${link ?? url}\n${note}GraphQL:   ${url}/graphql\n`);
}

function printRootKey({ rootApiKeyFile, isRootApiKeyNew, rootApiKey }: Secrets): void {
  if (rootApiKeyFile === null) return;
  const key = isRootApiKeyNew ? `Root API key: ${rootApiKey}\n` : '';
  process.stdout.write(`\n${key}The root API key is kept in ${rootApiKeyFile}\n\n`);
}

async function readConfig({ environment, configFile: file }: StartOptions): Promise<Config | null> {
  try {
    return loadConfig((await readSettings({ environment, file })).texts);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`The configuration is wrong:\n${error.message}`);
    process.exitCode = 1;
    return null;
  }
}
