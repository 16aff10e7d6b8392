import { type App, openApp } from './app.ts';
import { ConfigError, loadConfig } from './config.ts';
import { createLogger } from './log.ts';
import { openSecrets } from './secrets.ts';

/** Starts Livehook from the environment, and ends it: the first SIGTERM or SIGINT drains, the second kills. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger(config.logLevel);
  const secrets = await openSecrets(config.dataDir, config.secrets);
  const stop = Promise.withResolvers<void>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'draining; send the signal once more to end at once');
      process.once(signal, () => process.exit(1));
      stop.resolve();
    });
  }
  await using app: App = await openApp(config, secrets, log);
  log.info({ url: app.url, roles: config.roles }, `Livehook is ready: ${app.url}/graphql`);
  if (secrets.isRootApiKeyNew)
    process.stdout.write(`\nRoot API key (shown once, kept in ${config.dataDir}): ${secrets.rootApiKey}\n\n`);
  await stop.promise;
}

try {
  await main();
} catch (error) {
  const text = error instanceof ConfigError ? `The configuration is wrong:\n${error.message}` : error;
  console.error(text);
  process.exitCode = 1;
}
