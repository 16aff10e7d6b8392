import type { DeliveryStatus } from '../generated/graphql.ts';
import { messages } from './messages.ts';

const words: Record<DeliveryStatus, string> = {
  PENDING: messages.pending,
  PROCESSING: messages.sending,
  RETRYING: messages.retrying,
  SUCCEEDED: messages.succeeded,
  FAILED: messages.failed,
};

/** The display text for the status of a delivery. */
export function statusWord(status: DeliveryStatus): string {
  return words[status];
}
