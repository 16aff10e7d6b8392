import type { DeliveryStatus } from '../generated/graphql.ts';

const words: Record<DeliveryStatus, string> = {
  PENDING: 'Pending',
  PROCESSING: 'Sending',
  RETRYING: 'Retrying',
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
};

/** A delivery's status in the words of the dashboard. */
export function statusWord(status: DeliveryStatus): string {
  return words[status];
}
