import type { Pool } from 'pg';
import { defineStatement } from '../../database/pool.ts';
import type { AttemptTrigger, DeliverySnapshot } from '../../feed/transition.ts';
import type { Services } from '../context.ts';
import { snapshotColumns } from './delivery-columns.ts';
import { laneScan } from './lane-scan.ts';
import { decideNextStep } from './retry-policy.ts';
import { type Settlement, settle } from './settle.ts';

/** A delivery whose sender is gone, with what decides its next step. */
export interface InterruptedDelivery {
  readonly delivery: DeliverySnapshot;
  readonly trigger: AttemptTrigger;
  readonly scheduleStep: number;
  readonly interruptions: number;
  readonly scheduleSeconds: readonly number[];
  readonly endpointName: string;
  readonly endpointUrl: string;
  /** When the attempt was claimed, unix milliseconds. */
  readonly startedAt: number;
}

/** The end of an attempt whose sender is gone: whether the receiver saw it is not known, so neither is what was sent. */
export function describeInterrupted(item: InterruptedDelivery, nowMs: number): Settlement {
  const { delivery, scheduleStep, interruptions } = item;
  const state = {
    attemptNumber: delivery.attemptCount,
    scheduleStep,
    interruptions,
    scheduleSeconds: delivery.isTest ? [] : item.scheduleSeconds,
  };
  return {
    claimed: delivery,
    endpointName: item.endpointName,
    endpointUrl: item.endpointUrl,
    attempt: {
      trigger: item.trigger,
      startedAt: item.startedAt,
      durationMs: 0,
      queueMs: null,
      dnsMs: null,
      connectMs: null,
      tlsMs: null,
      firstByteMs: null,
      isResent: false,
      request: null,
      response: null,
      error: {
        code: 'INTERRUPTED',
        message: 'The sender ended before it could record the outcome: the request may have been made.',
      },
    },
    next: decideNextStep({ kind: 'interrupted' }, state, nowMs, Math.random()),
  };
}

type ExpiredRow = DeliverySnapshot &
  Omit<InterruptedDelivery, 'delivery' | 'scheduleSeconds' | 'startedAt'> & {
    scheduleSeconds: readonly number[] | null;
  };

const batch = 500;

/*
 * The lanes that no sender reads: of endpoints that are held or deleted; and those of FIFO, where a sender reads the head
 * alone, and a retry may have come in front of the one in flight. In the others, senders find expired leases.
 */
const expiredStatement = defineStatement<[], ExpiredRow>({
  name: 'leases-expired',
  text: `
WITH RECURSIVE ${laneScan}
SELECT ${snapshotColumns('d')}, d.trigger, d.schedule_step AS "scheduleStep", d.interruptions,
  e.retry_schedule_seconds AS "scheduleSeconds", e.name AS "endpointName", e.url AS "endpointUrl"
FROM lane JOIN endpoint e ON e.id = lane.endpoint_id
JOIN delivery_live d ON d.endpoint_id = e.id AND d.status = 'PROCESSING' AND d.lease_until < now()
WHERE e.status <> 'ENABLED' OR e.deleted_at IS NOT NULL OR e.hold_until > now() OR e.ordering = 'FIFO'
LIMIT ${batch}`,
});

/**
 * Settles attempts as INTERRUPTED whose lease has run out where no sender looks.
 *
 * @returns how many were settled.
 */
export async function settleExpiredLeases(
  services: Pick<Services, 'announcer' | 'clock' | 'limits'> & { pool: Pool },
): Promise<number> {
  let settled = 0;
  for (;;) {
    const rows = await expiredStatement(services.pool, []);
    if (rows.length === 0) return settled;
    const settlements = rows.map(row => {
      const { trigger, scheduleStep, interruptions, scheduleSeconds, endpointName, endpointUrl, ...delivery } = row;
      const schedule = scheduleSeconds ?? services.limits.defaultRetryScheduleSeconds;
      const startedAt = delivery.updatedAt;
      return describeInterrupted(
        {
          delivery,
          trigger,
          scheduleStep,
          interruptions,
          scheduleSeconds: schedule,
          endpointName,
          endpointUrl,
          startedAt,
        },
        services.clock.now(),
      );
    });
    const announcement = await settle(services.pool, settlements);
    services.announcer.announce(announcement);
    settled += announcement.transitions.length;
    if (rows.length < batch) return settled;
  }
}
