import type { Pool } from 'pg';
import type { Settlement } from '../domain/delivery-state/index.ts';
import { disableGoneEndpoint, endHold, holdEndpoint, restoreSchedule } from '../domain/endpoints/endpoint-reactions.ts';
import type { Logger } from '../log.ts';
import { HealthNotes } from './health-notes.ts';

export interface EndpointReactionsOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** Releases what waits for this endpoint in its lane: it is paused or disabled now. */
  readonly release: (endpointId: string) => Promise<void>;
  /** Notifies all senders that the endpoint's deliveries may be sent again. */
  readonly notify: (endpointId: string, tenantId: string) => void;
}

/** What an accepted result means for the whole endpoint: its health, a pause that its receiver asked for, or its end. */
export class EndpointReactions {
  readonly #options: EndpointReactionsOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #health: HealthNotes;

  constructor(options: EndpointReactionsOptions) {
    this.#options = options;
    this.#health = new HealthNotes(options.pool, options.log);
  }

  react(settlement: Settlement): void {
    this.#health.note(settlement);
    const { claimed, endpointUrl, attempt, next } = settlement;
    const { endpointId, tenantId } = claimed;
    const { pool } = this.#options;
    if (next.status === 'SUCCEEDED') {
      // Nothing else is sent to an endpoint that its receiver asked to pause.
      if (claimed.isTest || attempt.trigger === 'MANUAL') {
        this.#change(endHold(pool, endpointId, attempt.startedAt), () => this.#options.notify(endpointId, tenantId));
      }
    } else if (next.pauseEndpointMs !== null) {
      this.#change(this.#hold(settlement, next.pauseEndpointMs), () => this.#options.release(endpointId));
    } else if (next.status === 'FAILED' && next.failureReason === 'GONE') {
      this.#change(disableGoneEndpoint(pool, endpointId, claimed.id, endpointUrl), () =>
        this.#options.release(endpointId),
      );
    }
  }

  /** @returns whether the endpoint is paused; if it has another URL by now, the delivery keeps to its schedule instead. */
  async #hold({ claimed, endpointUrl }: Settlement, pauseMs: number): Promise<boolean> {
    const { pool, notify } = this.#options;
    const { id, endpointId, tenantId } = claimed;
    if (await holdEndpoint(pool, endpointId, pauseMs, endpointUrl)) return true;
    if (await restoreSchedule(pool, endpointId, id)) notify(endpointId, tenantId);
    return false;
  }

  /** Resolves once nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all([...this.#underWay, this.#health.flush()]);
  }

  /** Runs `react` if the endpoint was changed. */
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
