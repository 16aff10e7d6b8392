import { Badge, type BadgeTone } from '../../components/badge.tsx';
import type { Operation } from './use-operation.ts';

type Look = readonly [word: string, tone: BadgeTone];

/** Where an operation stands; one that left deliveries as they were does not look as if all was well. */
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
  if (status === 'FAILED') return ['Broken off', 'danger'];
  if (failed === 0) return ['Done', 'success'];
  return done > 0 ? ['Done in part', 'warning'] : ['Nothing done', 'danger'];
}
