import { setInterval } from 'node:timers/promises';
import { openApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { createLogger } from '../src/log.ts';
import { openSecrets } from '../src/secrets.ts';
import { listenForSignals, ShutdownDeadline } from '../src/shutdown.ts';
import { execute } from './client.ts';
import { prepareEndpoints } from './endpoints.ts';
import { createDemoEvent } from './events.ts';
import { startReceivers } from './receivers.ts';
import { printTransitions } from './transitions.ts';

/** Livehook with everything embedded, receivers to send to, and a trickle of events: all over the public API. */
const eventEveryMs = 1500;

const config = loadConfig({ DATA_DIR: '.data-demo', EGRESS_ALLOW: '127.0.0.0/8', LOG_LEVEL: 'warn', ...process.env });
const deadline = new ShutdownDeadline(config.shutdownGraceMs);
const closedOutput = new AbortController();
const signal = AbortSignal.any([listenForSignals(deadline), closedOutput.signal]);
// A reader that ends, as in `npm run demo | head`, ends the demo with it.
process.stdout.on('error', () => closedOutput.abort());

const secrets = await openSecrets(config.dataDir, config.secrets);
await using receivers = await startReceivers();
await using app = await openApp(config, secrets, createLogger(config.logLevel), { deadline, signal });
const server = { url: app.url, key: secrets.rootApiKey };
await prepareEndpoints(server, receivers.urlOf);

console.log(`
Livehook is running, with ${eventEveryMs / 1000} s between events. Ctrl-C ends it.

  GraphiQL   ${server.url}/graphql
  API key    ${server.key}

  curl ${server.url}/graphql -H 'authorization: Bearer ${server.key}' -H 'content-type: application/json' \\
    -d '{"query":"{ deliveries(first: 5) { nodes { id status eventType endpoint { name } responseStatus } } }"}'
`);
await using _transitions = printTransitions(server);

const publish = /* GraphQL */ `
  mutation ($type: String!, $payload: JSON!) {
    publishEvent(input: { type: $type, payload: $payload }) { __typename ... on Error { message } }
  }`;
try {
  for await (const _ of setInterval(eventEveryMs, undefined, { signal })) {
    await execute(server, publish, { ...createDemoEvent() });
  }
} catch (error) {
  if (!signal.aborted) throw error;
}
