/**
 * The state machine of a delivery in PostgreSQL: the statements that move a delivery to or from PROCESSING, or end it.
 * Each is fenced: it changes only deliveries that still have the expected state and attempt number.
 *
 * | Function | From | To |
 * | --- | --- | --- |
 * | `claim` | PENDING, RETRYING, PROCESSING with an expired lease | PROCESSING with a lease |
 * | `release` | PROCESSING, no request was written | RETRYING, due as before |
 * | `settle` | PROCESSING | SUCCEEDED, FAILED or RETRYING |
 * | `settleExpiredLeases` | PROCESSING, lease expired in a lane that no sender reads | RETRYING or FAILED (INTERRUPTED) |
 * | `finishDeliveries` | PENDING, RETRYING | FAILED |
 *
 * `src/delivery.ts` has the diagram and decides what follows an attempt. `in-flight.ts` has the counter of the
 * endpoints with a shared limit. Each statement writes the outbox row that announces its transitions.
 */
export {
  type ClaimedDelivery,
  claim,
  isLeaseTooShort,
  type LaneRequest,
  leaseMarginMs,
  readPayloads,
} from './claim.ts';
export { describeInterrupted, describeSettlement } from './describe-settlement.ts';
export { settleExpiredLeases, startSweep } from './expired-leases.ts';
export { finishDeliveries } from './finish.ts';
export { countInFlight } from './in-flight.ts';
export { type ReleasedItem, release } from './release.ts';
export { settle, settleInParts } from './settle.ts';
export {
  type AttemptRecord,
  encodeSettlements,
  insertAttempts,
  measureSettlement,
  type Settlement,
  unnestResults,
} from './settlement.ts';
