import type { DeliveryStatus, OperationOutcomesQuery } from '../../generated/graphql.ts';
import { logLink } from '../deliveries/filter/log-link.ts';
import { messages } from './messages.ts';

export type Outcomes = NonNullable<NonNullable<OperationOutcomesQuery['bulkOperation']>['outcomes']>;

export interface OutcomeCount {
  readonly name: string;
  readonly tone: 'neutral' | 'warning' | 'success' | 'danger';
  readonly count: number;
  /** The URL of the delivery log filtered to exactly these deliveries. */
  readonly href: string;
}

const kinds = [
  { name: messages.queued, tone: 'neutral', field: 'queued', statuses: ['PENDING', 'PROCESSING'] },
  { name: messages.retrying, tone: 'warning', field: 'waiting', statuses: ['RETRYING'] },
  { name: messages.succeeded, tone: 'success', field: 'succeeded', statuses: ['SUCCEEDED'] },
  { name: messages.failedAgain, tone: 'danger', field: 'failed', statuses: ['FAILED'] },
] as const satisfies readonly (Pick<OutcomeCount, 'name' | 'tone'> & {
  readonly field: keyof Outcomes;
  readonly statuses: readonly DeliveryStatus[];
})[];

/** The numbers of deliveries of an operation by result, each with a link that lists these deliveries. */
export function countOutcomes(operationId: string, outcomes: Outcomes): OutcomeCount[] {
  return kinds.map(({ name, tone, field, statuses }) => ({
    name,
    tone,
    count: outcomes[field],
    href: logLink({ operationIds: [operationId], statuses }),
  }));
}

/** Whether the counts are final: the operation and all of its deliveries have ended. */
export function isSettled(status: string, { queued, waiting }: Outcomes): boolean {
  return status !== 'RUNNING' && queued === 0 && waiting === 0;
}

/**
 * The number of deliveries that the operation queued but that are in no count, because a later operation retried them
 * or retention deleted them.
 */
export function countElsewhere(done: number, { queued, waiting, succeeded, failed, exact }: Outcomes): number {
  return exact ? Math.max(0, done - queued - waiting - succeeded - failed) : 0;
}
