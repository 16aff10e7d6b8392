import type { DeliveryStatus } from '../generated/graphql.ts';
import { Badge, type BadgeTone } from './badge.tsx';

const looks: Record<DeliveryStatus, readonly [word: string, tone: BadgeTone]> = {
  PENDING: ['Pending', 'neutral'],
  PROCESSING: ['Sending', 'info'],
  RETRYING: ['Retrying', 'warning'],
  SUCCEEDED: ['Succeeded', 'success'],
  FAILED: ['Failed', 'danger'],
};

/** A delivery's status in the words of the dashboard. */
export function statusWord(status: DeliveryStatus): string {
  return looks[status][0];
}

export function StatusBadge({ status }: { readonly status: DeliveryStatus }) {
  const [word, tone] = looks[status];
  return (
    <Badge tone={tone} dot>
      {word}
    </Badge>
  );
}
