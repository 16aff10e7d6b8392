import type { Pool } from 'pg';
import type { DeliveryStatus, FailureReason } from '../../src/delivery.ts';
import type { Model, ModelAttempt, ModelDelivery, ModelEndpoint } from './model.ts';

/**
 * The state of a delivery, which can be read from the model and from the database. Fields that its status does not use
 * are null.
 */
interface Observed {
  readonly id: string;
  readonly endpointId: string;
  readonly isTest: boolean;
  readonly replayOf: string | null;
  readonly status: DeliveryStatus;
  readonly failureReason: FailureReason | null;
  readonly attemptCount: number;
  readonly maxAttempts: number;
  readonly version: number;
  /** Null unless the delivery is unfinished. */
  readonly scheduleStep: number | null;
  readonly interruptions: number | null;
  readonly trigger: 'SCHEDULE' | 'MANUAL' | null;
  /** Null unless the delivery waits to be sent. */
  readonly isDue: boolean | null;
  /** Null unless the delivery is in flight. */
  readonly isLeaseExpired: boolean | null;
  readonly attempts: readonly ModelAttempt[];
}

interface ObservedEndpoint {
  readonly id: string;
  readonly status: ModelEndpoint['status'];
  readonly isDeleted: boolean;
  readonly isPausedByReceiver: boolean;
  /**
   * The counter of requests in flight that all senders share. Null if the endpoint has no concurrency limit and is not
   * FIFO.
   */
  readonly inFlight: number | null;
}

export interface Observation {
  readonly deliveries: readonly Observed[];
  readonly endpoints: readonly ObservedEndpoint[];
}

/* A delivery counts as due half a millisecond early, because times may be rounded up to milliseconds. */
const observeStatement = {
  name: 'model-observe',
  text: `
SELECT (SELECT coalesce(json_agg(json_build_object('id', d.id, 'endpointId', d.endpoint_id, 'isTest', d.is_test,
    'replayOf', d.replay_of, 'status', d.status, 'failureReason', d.failure_reason, 'attemptCount', d.attempt_count,
    'maxAttempts', d.max_attempts, 'version', d.version,
    'scheduleStep', CASE WHEN d.live THEN d.schedule_step END,
    'interruptions', CASE WHEN d.live THEN d.interruptions END, 'trigger', CASE WHEN d.live THEN d.trigger END,
    'isDue', CASE WHEN d.status IN ('PENDING', 'RETRYING') THEN d.due_at <= now() + interval '1 ms' END,
    'isLeaseExpired', CASE WHEN d.status = 'PROCESSING' THEN d.lease_until < now() END,
    'attempts', (SELECT coalesce(json_agg(json_build_object('number', a.number, 'errorCode', a.error_code,
      'responseStatus', a.response_status) ORDER BY a.number), '[]') FROM attempt a WHERE a.delivery_id = d.id)
  ) ORDER BY d.id), '[]') FROM delivery d WHERE d.tenant_id = $1) AS deliveries,
  (SELECT json_object_agg(d.id, extract(epoch FROM d.due_at)) FROM delivery_live d WHERE d.tenant_id = $1) AS due,
  (SELECT json_agg(json_build_object('id', e.id, 'status', e.status, 'isDeleted', e.deleted_at IS NOT NULL,
    'isPausedByReceiver', e.hold_until IS NOT NULL AND e.hold_until > now(), 'inFlight',
    CASE WHEN e.max_concurrency IS NOT NULL OR e.ordering = 'FIFO' THEN f.in_flight END) ORDER BY e.id)
  FROM endpoint e LEFT JOIN endpoint_in_flight f ON f.endpoint_id = e.id WHERE e.tenant_id = $1) AS endpoints`,
};

/**
 * Reads the state of a tenant from the database, and the due time (Unix seconds) of each unfinished delivery by its id.
 */
export async function observe(
  pool: Pool,
  tenantId: string,
): Promise<Observation & { readonly due: Readonly<Record<string, number>> }> {
  const { rows } = await pool.query({ ...observeStatement, values: [tenantId] });
  const { deliveries, endpoints, due } = rows[0];
  return { deliveries, endpoints, due: due ?? {} };
}

/** The state that the model predicts. */
export function expectation(model: Model): Observation {
  return {
    deliveries: model.deliveries.map(expectDelivery),
    endpoints: model.endpoints.map(endpoint => ({
      id: endpoint.uuid,
      status: endpoint.status,
      isDeleted: endpoint.isDeleted,
      isPausedByReceiver: endpoint.isPausedByReceiver,
      inFlight: endpoint.maxConcurrency === null && !endpoint.isFifo ? null : model.inFlight(endpoint).length,
    })),
  };
}

function expectDelivery(delivery: ModelDelivery): Observed {
  const { id, endpoint, isTest, replayOf, status, failureReason, attemptCount, maxAttempts, version } = delivery;
  const isLive = status !== 'SUCCEEDED' && status !== 'FAILED';
  const waits = status === 'PENDING' || status === 'RETRYING';
  return {
    id,
    endpointId: endpoint.uuid,
    isTest,
    replayOf,
    status,
    failureReason,
    attemptCount,
    maxAttempts,
    version,
    scheduleStep: isLive ? delivery.scheduleStep : null,
    interruptions: isLive ? delivery.interruptions : null,
    trigger: isLive ? delivery.trigger : null,
    isDue: waits ? delivery.isDue : null,
    isLeaseExpired: status === 'PROCESSING' ? delivery.isLeaseExpired : null,
    attempts: delivery.attempts,
  };
}
