import type { DeliveryStatus, OperationOutcomesQuery } from '../../generated/graphql.ts';
import { logLink } from '../deliveries/filter/log-link.ts';
import { messages } from './messages.ts';

export type Outcomes = NonNullable<NonNullable<OperationOutcomesQuery['bulkOperation']>['outcomes']>;

export interface OutcomeCount {
  readonly name: string;
  readonly tone: 'neutral' | 'warning' | 'success' | 'danger';
  readonly count: number;
  /** The delivery log with exactly these deliveries. */
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

/** The outcomes of an operation, each with the link that lists its deliveries. */
export function countOutcomes(operationId: string, outcomes: Outcomes): OutcomeCount[] {
  return kinds.map(({ name, tone, field, statuses }) => ({
    name,
    tone,
    count: outcomes[field],
    href: logLink({ operationIds: [operationId], statuses }),
  }));
}

/** Whether a count can still change: the operation runs, or some of its deliveries have not ended. */
export function isSettled(status: string, { queued, waiting }: Outcomes): boolean {
  return status !== 'RUNNING' && queued === 0 && waiting === 0;
}

/** The deliveries that were queued and are in no count: a later operation retried them, or retention removed them. */
export function countElsewhere(done: number, { queued, waiting, succeeded, failed, exact }: Outcomes): number {
  return exact ? Math.max(0, done - queued - waiting - succeeded - failed) : 0;
}
