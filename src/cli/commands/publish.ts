import { text } from 'node:stream/consumers';
import type { Command } from '@commander-js/extra-typings';
import { publishEvent } from '../../client/index.ts';
import { UsageError } from '../exit-codes.ts';
import type { Session } from '../session.ts';

export function addPublish(program: Command, session: Session): void {
  program
    .command('publish')
    .description('Publish an event.')
    .argument('<type>', 'event type, such as payment.completed')
    .argument('[payload]', 'JSON, or - to read it from standard input', '{}')
    .option('-k, --idempotency-key <key>', 'publishing again with this key returns the first event')
    .option('-e, --endpoint <id...>', 'only to these endpoints')
    .action(async (type, argument, options) => {
      const payloadText = checkPayload(argument === '-' ? await text(process.stdin) : argument);
      const { idempotencyKey, endpoint: endpointIds } = options;
      const event = await publishEvent(session.connect(), { type, payloadText, idempotencyKey, endpointIds });
      session.print(event, event.id);
    });
}

/**
 * Returns the JSON text unchanged, because parsing and serializing it would lose digits of large numbers.
 *
 * @throws UsageError if the text is not JSON.
 */
function checkPayload(json: string): string {
  try {
    JSON.parse(json);
    return json.trim();
  } catch (cause) {
    throw new UsageError(`The payload must be JSON: ${(cause as Error).message}`, { cause });
  }
}
