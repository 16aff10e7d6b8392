import { Badge, type BadgeTone } from '../../components/badge.tsx';
import type { Operation } from './use-operation.ts';

type Look = readonly [word: string, tone: BadgeTone];

/** The status of an operation. One with errors does not look successful. */
export function OperationStatus({ operation }: { readonly operation: Operation }) {
  const [word, tone] = lookOf(operation);
  return (
    <Badge tone={tone} dot>
      {word}
    </Badge>
  );
}

function lookOf({ status, done, failed }: Operation): Look {
  if (status === 'RUNNING') return ['Running', 'info'];
  if (status === 'CANCELED') return ['Canceled', 'neutral'];
  if (status === 'FAILED') return ['Stopped by an error', 'danger'];
  if (failed === 0) return ['Completed', 'success'];
  return done > 0 ? ['Partially completed', 'warning'] : ['Not completed', 'danger'];
}
