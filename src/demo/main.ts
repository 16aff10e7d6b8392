import { setInterval } from 'node:timers/promises';
import { openApp } from '../app.ts';
import { readSettings } from '../config/read-settings.ts';
import { loadConfig } from '../config.ts';
import { createLogger } from '../log.ts';
import { openSecrets, type Secrets } from '../secrets.ts';
import { listenForSignals, ShutdownDeadline } from '../shutdown.ts';
import type { StartOptions } from '../start.ts';
import { execute } from './client.ts';
import { prepareEndpoints } from './endpoints.ts';
import { createDemoEvent } from './events.ts';
import { startReceivers } from './receivers.ts';
import { printTransitions } from './transitions.ts';

const eventEveryMs = 1500;
const demoDefaults = { DATA_DIR: '.data-demo', EGRESS_ALLOW: '127.0.0.0/8', LOG_LEVEL: 'warn' };

const publish = /* GraphQL */ `
  mutation ($type: String!, $payload: JSON!) {
    publishEvent(input: { type: $type, payload: $payload }) { __typename ... on Error { message } }
  }`;

/**
 * Runs Livehook with an embedded database, starts receivers, and publishes an event every 1.5 seconds through the
 * public API. Resolves after a signal has ended it.
 *
 * @param options replace settings of the demo, such as `PORT`.
 * @throws ConfigError if a setting is wrong.
 */
export async function runDemo({ environment, configFile: file }: StartOptions): Promise<void> {
  const { texts } = await readSettings({ environment, file, defaults: demoDefaults });
  const config = loadConfig(texts);
  const deadline = new ShutdownDeadline(config.shutdownGraceMs);
  const closedOutput = new AbortController();
  const signal = AbortSignal.any([listenForSignals(deadline), closedOutput.signal]);
  // Stop when the program that reads this output ends, as in `npm run demo | head`.
  process.stdout.on('error', () => closedOutput.abort());

  const secrets = await openSecrets(config.dataDir, config.secrets);
  await using receivers = await startReceivers();
  await using app = await openApp(config, secrets, createLogger(config.logLevel), { deadline, signal });
  const server = { url: app.url, key: secrets.rootApiKey };
  await prepareEndpoints(server, receivers.urlOf);

  console.log(describeDemo(app.url, app.createSignInLink(), secrets));
  await using _transitions = printTransitions(server);
  try {
    for await (const _ of setInterval(eventEveryMs, undefined, { signal })) {
      await execute(server, publish, { ...createDemoEvent() }).catch((error: Error) => {
        if (!signal.aborted) console.error(`The event was not published: ${error.message}`);
      });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function describeDemo(url: string, link: string | null, { rootApiKeyFile }: Secrets): string {
  const keyCommand = rootApiKeyFile === null ? '$ROOT_API_KEY' : `$(cat ${rootApiKeyFile})`;
  return `
Livehook is running, with ${eventEveryMs / 1000} s between events. Ctrl-C ends it.

  Dashboard  ${link ?? url}${link === null ? '' : '\n             (the link signs in once, within 10 minutes)'}
  GraphQL    ${url}/graphql
  API key    ${rootApiKeyFile === null ? 'as in ROOT_API_KEY' : `in ${rootApiKeyFile}`}

  curl ${url}/graphql -H "authorization: Bearer ${keyCommand}" -H 'content-type: application/json' \\
    -d '{"query":"{ deliveries(first: 5) { nodes { id status eventType endpoint { name } responseStatus } } }"}'
`;
}
