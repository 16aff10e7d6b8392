import { styleText } from 'node:util';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

interface Update {
  readonly status: string;
  readonly previousStatus: string | null;
  readonly occurredAt: string;
  readonly delivery: {
    readonly eventType: string;
    readonly attemptCount: number;
    readonly maxAttempts: number;
    readonly responseStatus: number | null;
    readonly failureReason: string | null;
    readonly nextAttemptAt: string | null;
    readonly error: { readonly code: string; readonly message: string } | null;
    readonly endpoint: { readonly name: string };
  };
}

const query = /* GraphQL */ `
  subscription {
    deliveryUpdated {
      status previousStatus occurredAt
      delivery {
        eventType attemptCount maxAttempts responseStatus failureReason nextAttemptAt
        error { code message } endpoint { name }
      }
    }
  }`;

type Colour = Parameters<typeof styleText>[0];
const colours: Record<string, Colour> = {
  PENDING: 'gray',
  PROCESSING: 'cyan',
  RETRYING: 'yellow',
  SUCCEEDED: 'green',
  FAILED: 'red',
};

/** Prints a line for each transition that the subscription delivers over a websocket, until it is closed. */
export function printTransitions(server: { readonly url: string; readonly key: string }): AsyncDisposable {
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${server.key}` },
    retryAttempts: Number.POSITIVE_INFINITY,
  });
  void print();
  return { [Symbol.asyncDispose]: async () => client.dispose() };

  async function print(): Promise<void> {
    for await (const { data, errors } of client.iterate<{ deliveryUpdated: Update }>({ query })) {
      if (errors) console.error(errors.map(error => error.message).join('; '));
      if (data) console.log(describe(data.deliveryUpdated));
    }
  }
}

function describe({ status, occurredAt, delivery }: Update): string {
  const attempts = delivery.attemptCount > 0 ? `${delivery.attemptCount}/${delivery.maxAttempts}` : '';
  return [
    styleText('gray', occurredAt.slice(11, 23)),
    styleText(colours[status] ?? 'white', status.padEnd(10)),
    delivery.eventType.padEnd(18),
    `to ${delivery.endpoint.name.padEnd(23)}`,
    attempts.padEnd(4),
    explain(status, delivery),
  ].join('  ');
}

function explain(status: string, delivery: Update['delivery']): string {
  const problem = delivery.error ? delivery.error.message : '';
  if (status === 'SUCCEEDED') return `${delivery.responseStatus}`;
  if (status === 'FAILED') return `${delivery.failureReason}: ${problem}`;
  if (status !== 'RETRYING' || !delivery.nextAttemptAt) return '';
  const seconds = Math.max(0, (Date.parse(delivery.nextAttemptAt) - Date.now()) / 1000);
  return `${problem.replace(/\.$/, '')}; again in ${seconds.toFixed(0)} s`;
}
