import type { DeliveryStatus } from '../generated/graphql.ts';
import { Badge, type BadgeTone } from './badge.tsx';
import { statusWord } from './status-words.ts';

const tones: Record<DeliveryStatus, BadgeTone> = {
  PENDING: 'neutral',
  PROCESSING: 'info',
  RETRYING: 'warning',
  SUCCEEDED: 'success',
  FAILED: 'danger',
};

/** The status of a delivery as text with a color. */
export function StatusBadge({ status }: { readonly status: DeliveryStatus }) {
  return (
    <Badge tone={tones[status]} dot>
      {statusWord(status)}
    </Badge>
  );
}
