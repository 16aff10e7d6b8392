import type { Pool } from 'pg';
import type { Settlement } from '../domain/delivery-state/index.ts';
import {
  disableGoneEndpoint,
  endReceiverPause,
  restoreSchedule,
  startReceiverPause,
} from '../domain/endpoints/endpoint-reactions.ts';
import type { Feed } from '../feed/feed.ts';
import type { Logger } from '../log.ts';
import { HealthRecorder } from './health-recorder.ts';
import type { Lanes } from './lanes.ts';

export interface EndpointReactionsOptions {
  readonly pool: Pool;
  readonly log: Logger;
  readonly lanes: Pick<Lanes, 'releaseOrdinary'>;
  readonly feed: Pick<Feed, 'notifySenders'>;
}

/**
 * Applies the effects of a stored result on its endpoint: its health, a pause that its receiver asked for, or disabling
 * it after a 410 response.
 */
export class EndpointReactions {
  readonly #options: EndpointReactionsOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #health: HealthRecorder;

  constructor(options: EndpointReactionsOptions) {
    this.#options = options;
    this.#health = new HealthRecorder(options.pool, options.log);
  }

  react(settlement: Settlement): void {
    this.#health.record(settlement);
    const { claimed, endpointUrl, attempt, next } = settlement;
    const { endpointId, tenantId } = claimed;
    const { pool, lanes, feed } = this.#options;
    if (next.status === 'SUCCEEDED') {
      // Only tests and manual retries are sent during a pause that the receiver asked for, so only they can end it.
      if (claimed.isTest || attempt.trigger === 'MANUAL') {
        this.#change(endReceiverPause(pool, endpointId, attempt.startedAt), () =>
          feed.notifySenders([{ endpointId, tenantId, count: null }]),
        );
      }
    } else if (next.pauseEndpointMs !== null) {
      this.#change(this.#startPause(settlement, next.pauseEndpointMs), () => lanes.releaseOrdinary(endpointId));
    } else if (next.status === 'FAILED' && next.failureReason === 'GONE') {
      this.#change(disableGoneEndpoint(pool, endpointId, claimed.id, endpointUrl), () =>
        lanes.releaseOrdinary(endpointId),
      );
    }
  }

  /**
   * Pauses the endpoint and returns whether it is paused. If its URL has changed meanwhile, it is not paused, and the
   * delivery follows its retry schedule instead.
   */
  async #startPause({ claimed, endpointUrl }: Settlement, pauseMs: number): Promise<boolean> {
    const { pool, feed } = this.#options;
    const { id, endpointId, tenantId } = claimed;
    if (await startReceiverPause(pool, endpointId, pauseMs, endpointUrl)) return true;
    if (await restoreSchedule(pool, endpointId, id)) feed.notifySenders([{ endpointId, tenantId, count: null }]);
    return false;
  }

  /** Resolves once all changes have been stored or have failed. */
  async settled(): Promise<void> {
    await Promise.all([...this.#underWay, this.#health.flush()]);
  }

  /** Runs `react` if `change` resolves to true. An error is logged. */
  #change(change: Promise<boolean>, react: () => void | Promise<void>): void {
    const work = change
      .then(async isChanged => {
        if (isChanged) await react();
      })
      .catch(error => {
        this.#options.log.warn({ err: error }, 'an endpoint could not be paused, resumed or disabled');
      })
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }
}
