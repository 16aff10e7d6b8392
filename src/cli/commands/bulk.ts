import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from '@commander-js/extra-typings';
import { type Client, type DeliveryFilter, LivehookError } from '../../client/index.ts';
import {
  endpointOption,
  filterOption,
  readFilter,
  searchOption,
  sinceOption,
  statusOption,
  typeOption,
} from '../filter-options.ts';
import {
  type BulkFieldsFragment,
  CancelBulkOperationDocument,
  ListBulkErrorsDocument,
  ReplayDeliveriesDocument,
  RetryDeliveriesDocument,
  ShowBulkOperationDocument,
} from '../generated/graphql.ts';
import { type Session, takeResult } from '../session.ts';

const pollMs = 500;

export function addBulk(program: Command, session: Session): void {
  const bulk = program
    .command('bulk')
    .description('Retry or replay every delivery that matches, and show the progress.');
  const verbs = [
    ['retry', 'Retry every matching delivery that is FAILED or RETRYING.', startRetries],
    ['replay', 'Replay every matching delivery.', startReplays],
  ] as const;
  for (const [name, description, start] of verbs) {
    bulk
      .command(name)
      .description(`${description} At least one of --endpoint, --since and --status is needed.`)
      .addOption(statusOption)
      .addOption(endpointOption)
      .addOption(typeOption)
      .addOption(searchOption)
      .addOption(filterOption)
      .addOption(sinceOption)
      .action(async options => {
        const client = session.connect();
        const started = await start(client, readFilter(options));
        session.inform(`Started ${started.id}. It continues even if this command ends. Use "bulk cancel" to stop it.`);
        const ended = await follow(client, session, started);
        session.print(ended, describe(ended));
        if (ended.failed > 0) await informErrors(client, session, ended);
        if (ended.status !== 'SUCCEEDED')
          throw new LivehookError(ended.status, `${ended.id} ended as ${ended.status}.`);
      });
  }
  bulk
    .command('cancel')
    .description('Cancel a bulk operation. Deliveries that it has already retried or replayed stay so.')
    .argument('<id>', 'blk_...')
    .action(async id => {
      const { outcome } = await session.connect().request(CancelBulkOperationDocument, { id });
      const operation = takeResult(outcome) as BulkFieldsFragment;
      session.print(operation, describe(operation));
    });
}

async function startRetries(client: Client, filter: DeliveryFilter): Promise<BulkFieldsFragment> {
  const { outcome } = await client.request(RetryDeliveriesDocument, { filter });
  return takeResult(outcome) as BulkFieldsFragment;
}

async function startReplays(client: Client, filter: DeliveryFilter): Promise<BulkFieldsFragment> {
  const { outcome } = await client.request(ReplayDeliveriesDocument, { filter });
  return takeResult(outcome) as BulkFieldsFragment;
}

async function follow(client: Client, session: Session, started: BulkFieldsFragment): Promise<BulkFieldsFragment> {
  let operation = started;
  for (;;) {
    const isFinal = operation.status !== 'RUNNING';
    const { done, failed, skipped, total } = operation;
    const text = `${skipped} skipped, ${failed} failed`;
    session.showProgress({ done: done + failed + skipped, total, text, isFinal });
    if (isFinal) return operation;
    await delay(pollMs);
    const { bulkOperation } = await client.request(ShowBulkOperationDocument, { id: operation.id });
    if (!bulkOperation) throw new LivehookError('NOT_FOUND', `${operation.id} no longer exists.`);
    operation = bulkOperation;
  }
}

/** Prints the first errors of deliveries that could not be retried or replayed, and the number of further errors. */
async function informErrors(client: Client, session: Session, { id, failed }: BulkFieldsFragment): Promise<void> {
  const { bulkOperation } = await client.request(ListBulkErrorsDocument, { id });
  const errors = bulkOperation?.errors.nodes ?? [];
  for (const { delivery, message } of errors) session.inform(`${delivery?.id ?? 'a removed delivery'}: ${message}`);
  if (failed > errors.length) session.inform(`and ${failed - errors.length} more`);
}

function describe({ id, status, total, done, failed, skipped }: BulkFieldsFragment): string {
  return `${id}  ${status}  ${done} of ${total}, ${skipped} skipped, ${failed} failed`;
}
