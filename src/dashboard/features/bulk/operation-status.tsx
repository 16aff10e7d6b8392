import { Badge, type BadgeTone } from '../../components/badge.tsx';
import { messages } from './messages.ts';
import type { Operation } from './use-operation.ts';

type Look = readonly [word: string, tone: BadgeTone];

/** The status of a bulk operation. An operation that completed with errors is not shown as successful. */
export function OperationStatus({ operation }: { readonly operation: Operation }) {
  const [word, tone] = lookOf(operation);
  return (
    <Badge tone={tone} dot>
      {word}
    </Badge>
  );
}

function lookOf({ status, done, failed }: Operation): Look {
  if (status === 'RUNNING') return [messages.running, 'info'];
  if (status === 'CANCELED') return [messages.canceled, 'neutral'];
  if (status === 'FAILED') return [messages.stoppedByAnError, 'danger'];
  if (failed === 0) return [messages.completed, 'success'];
  return done > 0 ? [messages.partiallyCompleted, 'warning'] : [messages.notCompleted, 'danger'];
}
