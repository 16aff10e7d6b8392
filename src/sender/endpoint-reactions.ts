import type { Pool } from 'pg';
import type { Settlement } from '../domain/deliveries/settle.ts';
import { disableGoneEndpoint, holdEndpoint } from '../domain/endpoints/endpoint-reactions.ts';
import type { Logger } from '../log.ts';
import { HealthNotes } from './health-notes.ts';

export interface EndpointReactionsOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** Gives back what waits for this endpoint in its lane: it is held or disabled now. */
  readonly giveBack: (endpointId: string) => Promise<void>;
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
    const { claimed, endpointUrl, next } = settlement;
    if (next.status === 'SUCCEEDED') return;
    const { pool } = this.#options;
    if (next.pauseEndpointMs !== null) {
      this.#close(claimed.endpointId, holdEndpoint(pool, claimed.endpointId, next.pauseEndpointMs));
    } else if (next.status === 'FAILED' && next.failureReason === 'GONE') {
      this.#close(claimed.endpointId, disableGoneEndpoint(pool, claimed.endpointId, claimed.id, endpointUrl));
    }
  }

  /** Resolves once nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all([...this.#underWay, this.#health.flush()]);
  }

  #close(endpointId: string, change: Promise<boolean>): void {
    const work = change
      .then(async isClosed => {
        if (isClosed) await this.#options.giveBack(endpointId);
      })
      .catch(error => {
        this.#options.log.warn({ err: error }, 'an endpoint could not be held or disabled');
      })
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }
}
