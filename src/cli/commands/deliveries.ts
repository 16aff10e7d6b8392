import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import {
  cancelDelivery,
  type Delivery,
  iterateDeliveries,
  LivehookError,
  replayDelivery,
  retryDelivery,
} from '../../client/index.ts';
import { formatStatus } from '../colors.ts';
import {
  endpointOption,
  filterOption,
  readFilter,
  searchOption,
  sinceOption,
  statusOption,
  typeOption,
} from '../filter-options.ts';
import { ShowDeliveryDocument, type ShowDeliveryQuery } from '../generated/graphql.ts';
import type { Session } from '../session.ts';

export function addDeliveries(program: Command, session: Session): void {
  const deliveries = program.command('deliveries').description('List, show, retry, replay and cancel deliveries.');
  addList(deliveries, session);
  deliveries
    .command('show')
    .description('Show a delivery with its last attempts.')
    .argument('<id>', 'dlv_...')
    .action(async id => {
      const { delivery } = await session.connect().request(ShowDeliveryDocument, { id });
      if (!delivery) throw new LivehookError('NOT_FOUND', `There is no delivery ${id}.`);
      session.print(delivery, describeDetail(delivery));
    });
  const verbs = [
    ['retry', 'Try deliveries again now. Their ids stay the same.', retryDelivery],
    ['cancel', 'Cancel deliveries that are PENDING or RETRYING.', cancelDelivery],
  ] as const;
  for (const [name, description, change] of verbs) {
    deliveries
      .command(name)
      .description(description)
      .argument('<id...>', 'dlv_...')
      .action(async ids => {
        const client = session.connect();
        for (const id of ids) printDelivery(session, await change(client, id));
      });
  }
  deliveries
    .command('replay')
    .description('Send the events of deliveries again, as new deliveries.')
    .argument('<id...>', 'dlv_...')
    .option('--to <endpoint>', 'send to this endpoint instead of the original one')
    .action(async (ids, { to }) => {
      const client = session.connect();
      for (const id of ids) printDelivery(session, await replayDelivery(client, id, { endpointId: to ?? null }));
    });
}

function addList(deliveries: Command, session: Session): void {
  deliveries
    .command('list')
    .description('List deliveries, the newest first.')
    .addOption(statusOption)
    .addOption(endpointOption)
    .addOption(typeOption)
    .addOption(searchOption)
    .addOption(filterOption)
    .addOption(sinceOption)
    .addOption(new Option('-n, --limit <count>', 'how many at most').argParser(readCount).default(20))
    .action(async ({ limit, ...options }) => {
      const filter = readFilter(options);
      let count = 0;
      if (limit === 0) return;
      for await (const delivery of iterateDeliveries(session.connect(), { filter, first: Math.min(limit, 100) })) {
        printDelivery(session, delivery);
        if (++count === limit) return;
      }
    });
}

/** Parses the value of an option such as `--limit`. @throws InvalidArgumentError unless it is a whole number. */
export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function printDelivery(session: Session, delivery: Delivery): void {
  session.print(delivery, describeDelivery(delivery));
}

/** Formats a delivery as one line of text for the terminal. */
export function describeDelivery(delivery: Delivery): string {
  const { id, status, eventType, attemptCount, maxAttempts, responseStatus, error, endpoint, failureReason } = delivery;
  const outcome = error ? error.message : `${responseStatus ?? ''}`;
  return [
    id,
    formatStatus(status),
    eventType.padEnd(20),
    endpoint.name.padEnd(20),
    `${attemptCount}/${maxAttempts}`,
    failureReason ? `${failureReason}: ${outcome}` : outcome,
  ]
    .join('  ')
    .trimEnd();
}

function describeDetail(delivery: NonNullable<ShowDeliveryQuery['delivery']>): string {
  const { id, status, eventType, endpoint, event, attempts, createdAt, nextAttemptAt, failureReason } = delivery;
  return [
    `${id}  ${formatStatus(status).trimEnd()}${failureReason ? ` (${failureReason})` : ''}`,
    `  event     ${event.id}  ${eventType}`,
    `  endpoint  ${endpoint.id}  ${endpoint.name}  ${endpoint.url}`,
    `  created   ${createdAt}`,
    ...(nextAttemptAt ? [`  next      ${nextAttemptAt}`] : []),
    ...attempts.map(({ number, startedAt, durationMs, response, error, responseExcerpt }) =>
      `  #${number}  ${startedAt}  ${durationMs} ms  ${response ? response.status : ''} ${error ? `${error.code}: ${error.message}` : ''}  ${responseExcerpt ?? ''}`.trimEnd(),
    ),
  ].join('\n');
}
