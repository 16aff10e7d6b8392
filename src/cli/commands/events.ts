import { type Command, Option } from '@commander-js/extra-typings';
import { ListEventsDocument } from '../generated/graphql.ts';
import type { Session } from '../session.ts';
import { readCount } from './deliveries.ts';

export function addEvents(program: Command, session: Session): void {
  program
    .command('events')
    .description('List events, the newest first.')
    .option('-t, --type <type...>', 'only these types, such as license.*')
    .addOption(new Option('-n, --limit <count>', 'how many at most, up to 100').argParser(readCount).default(20))
    .action(async ({ type = null, limit }) => {
      const { events } = await session.connect().request(ListEventsDocument, { types: type, first: limit });
      for (const event of events.nodes) {
        session.print(event, `${event.id}  ${event.createdAt}  ${event.type.padEnd(20)}  ${event.payloadPreview}`);
      }
    });
}
