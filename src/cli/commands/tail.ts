import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from '@commander-js/extra-typings';
import { type DeliveryUpdate, LivehookError, watchDeliveries } from '../../client/index.ts';
import { formatStatus } from '../colors.ts';
import { endpointOption, filterOption, readFilter, searchOption, statusOption, typeOption } from '../filter-options.ts';
import type { Session } from '../session.ts';
import { readCount } from './deliveries.ts';

export function addTail(program: Command, session: Session): void {
  program
    .command('tail')
    .description(
      'Print every status transition as it happens. Continues without a gap after the connection was cut, and says so if the server has lost its feed.',
    )
    .addOption(statusOption)
    .addOption(endpointOption)
    .addOption(typeOption)
    .addOption(searchOption)
    .addOption(filterOption)
    .option('--after <cursor>', 'start after this cursor, which `--json` prints with each transition')
    .addOption(new Option('-n, --limit <count>', 'end after this many transitions').argParser(readCount))
    .action(async ({ after, limit, ...options }) => {
      const stopping = new AbortController();
      process.once('SIGINT', () => stopping.abort());
      process.once('SIGTERM', () => stopping.abort());
      // Stop when the program that reads this output ends, as in `livehook tail | head`.
      process.stdout.on('error', () => stopping.abort());
      const client = session.connect();
      const filter = readFilter(options);
      session.inform('Waiting for status transitions. Ctrl-C ends it.');
      let cursor = after;
      let count = 0;
      while (!stopping.signal.aborted) {
        const onReconnect = session.informReconnect;
        try {
          for await (const update of watchDeliveries(client, {
            filter,
            after: cursor,
            signal: stopping.signal,
            onReconnect,
          })) {
            cursor = update.cursor;
            printUpdate(session, update);
            if (++count === limit) return;
          }
        } catch (error) {
          const canContinue = error instanceof LivehookError && error.code === 'CURSOR_EXPIRED';
          if (!canContinue || (count === 0 && after !== undefined)) throw error;
          session.warn(
            'The server no longer has the updates after the last one shown. Without Redis, a restart loses them. Continuing with new updates.',
          );
          cursor = undefined;
          // The wait avoids a busy loop if a load balancer alternates between two servers that do not share a feed.
          await delay(1000, undefined, { signal: stopping.signal }).catch(() => undefined);
        }
      }
    });
}

function printUpdate(session: Session, update: DeliveryUpdate): void {
  const { occurredAt, status, delivery, skipped } = update;
  if (skipped > 0) session.inform(`${skipped} transitions were missed: this reader was too slow.`);
  const { id, eventType, endpoint, error, responseStatus } = delivery;
  const outcome = error?.message ?? responseStatus ?? '';
  const line = `${occurredAt}  ${formatStatus(status)}  ${id}  ${eventType.padEnd(20)}  ${endpoint.name.padEnd(20)}  ${outcome}`;
  session.print(update, line.trimEnd());
}
