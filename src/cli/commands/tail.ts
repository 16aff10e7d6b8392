import { type Command, Option } from '@commander-js/extra-typings';
import { watchDeliveries } from '../../client/index.ts';
import { formatStatus } from '../colors.ts';
import { endpointOption, readFilter, searchOption, statusOption, typeOption } from '../filter-options.ts';
import type { Session } from '../session.ts';
import { readCount } from './deliveries.ts';

export function addTail(program: Command, session: Session): void {
  program
    .command('tail')
    .description('Print every status transition as it happens. Continues without a gap after the connection was cut.')
    .addOption(statusOption)
    .addOption(endpointOption)
    .addOption(typeOption)
    .addOption(searchOption)
    .option('--after <cursor>', 'begin behind this cursor, as `--json` prints it')
    .addOption(new Option('-n, --limit <count>', 'end after this many transitions').argParser(readCount))
    .action(async ({ after, limit, ...options }) => {
      const stopping = new AbortController();
      process.once('SIGINT', () => stopping.abort());
      process.once('SIGTERM', () => stopping.abort());
      // A reader that ends, as in `livehook tail | head`.
      process.stdout.on('error', () => stopping.abort());
      const updates = watchDeliveries(session.connect(), {
        filter: readFilter(options),
        after,
        signal: stopping.signal,
        onReconnect: session.informReconnect,
      });
      let count = 0;
      for await (const update of updates) {
        const { occurredAt, status, delivery, skipped } = update;
        if (skipped > 0) session.inform(`${skipped} transitions were missed: this reader was too slow.`);
        const { id, eventType, endpoint, error, responseStatus } = delivery;
        const outcome = error?.message ?? responseStatus ?? '';
        const line = `${occurredAt}  ${formatStatus(status)}  ${id}  ${eventType.padEnd(20)}  ${endpoint.name.padEnd(20)}  ${outcome}`;
        session.print(update, line.trimEnd());
        if (++count === limit) return;
      }
    });
}
