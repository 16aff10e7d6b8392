import { hostname, userInfo } from 'node:os';
import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { paint } from '../colors.ts';
import { UsageError } from '../exit-codes.ts';
import { typeOption } from '../filter-options.ts';
import { DeleteEndpointDocument } from '../generated/graphql.ts';
import { Forwarder } from '../listen/forward.ts';
import { openListenEndpoint } from '../listen/listen-endpoint.ts';
import { type ForwardedAttempt, Listener } from '../listen/listener.ts';
import { type Session, takeResult } from '../session.ts';

export function addListen(program: Command, session: Session): void {
  program
    .command('listen')
    .description(
      'Forward the events of the tenant to a URL on this machine, signed and retried like real deliveries. Opens no port.',
    )
    .requiredOption('-f, --forward <url>', 'where events are sent, such as http://localhost:3000/hook')
    .addOption(typeOption)
    .option('--secret <secret>', 'sign with this secret. Default: a new one, printed at the start')
    .addOption(new Option('--retries <seconds>', 'delays after failed attempts, such as 1,5,30').argParser(readDelays))
    .option('--keep', 'keep collecting events after the end, for the next listen with the same URL')
    .action(async ({ forward, type = [], secret, retries, keep = false }) => {
      const url = readForwardUrl(forward);
      const client = session.connect();
      const signal = listenForEnd();
      const name = `listen ${userInfo().username}@${hostname()} ${url.href}`.slice(0, 200);
      const endpoint = await openListenEndpoint(client, { name, eventTypes: type, secret });
      session.print(
        { listening: { endpointId: endpoint.id, forward: url.href, secret: endpoint.secret } },
        `Forwarding ${type.length > 0 ? type.join(', ') : 'all events'} to ${url.href}. Ctrl-C ends it.\nSecret: ${endpoint.secret}`,
      );
      await using forwarder = new Forwarder({ url, secret: endpoint.secret, timeoutMs: endpoint.timeoutMs });
      const listener = new Listener({
        client,
        endpointId: endpoint.id,
        forwarder,
        retryScheduleSeconds: retries ?? endpoint.retryScheduleSeconds,
        signal,
        onAttempt: attempt => session.print(describeAsJson(attempt), describeAttempt(attempt)),
        onReconnect: session.informReconnect,
        onFailure: (id, { message }) => session.inform(`${id} was not forwarded: ${message}`),
      });
      try {
        await listener.run();
      } finally {
        if (!keep) takeResult((await client.request(DeleteEndpointDocument, { id: endpoint.id })).outcome);
      }
    });
}

function readForwardUrl(text: string): URL {
  const given = text.includes('://') ? text : `http://${text}`;
  if (/^https?:/.test(given) && URL.canParse(given)) return new URL(given);
  throw new UsageError(`--forward must be a URL such as http://localhost:3000/hook; got "${text}"`);
}

function readDelays(text: string): number[] {
  if (!/^\d{1,6}(,\d{1,6}){0,29}$/.test(text)) throw new InvalidArgumentError('It must be seconds such as 1,5,30.');
  return text.split(',').map(Number);
}

/** Returns a signal that aborts at the first SIGINT or SIGTERM. A second SIGINT or SIGTERM ends the process at once. */
function listenForEnd(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
  return stopping.signal;
}

function describeAsJson({ event, attempt, status, durationMs, error, nextInSeconds }: ForwardedAttempt): unknown {
  const { eventId, eventType, deliveryId } = event;
  return { eventId, eventType, deliveryId, attempt, status, durationMs, error, nextInSeconds };
}

function describeAttempt({ event, attempt, status, durationMs, error, nextInSeconds }: ForwardedAttempt): string {
  const time = new Date().toTimeString().slice(0, 8);
  const color = error === null ? 'green' : nextInSeconds === null ? 'red' : 'yellow';
  const outcome = paint(color, String(status ?? 'ERR').padEnd(3));
  const next = error === null ? '' : nextInSeconds === null ? 'no attempt left' : `again in ${nextInSeconds} s`;
  const reason = status === null ? `${error}; ` : '';
  return `${time}  ${outcome}  ${String(durationMs).padStart(5)} ms  ${event.eventType.padEnd(20)}  ${event.eventId}  #${attempt}  ${reason}${next}`.trimEnd();
}
