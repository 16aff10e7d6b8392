import { expect } from 'vitest';
import type { AttemptRequest } from '../../src/egress/send.ts';
import { parseId } from '../../src/ids.ts';
import type { Model } from './model.ts';
import type { Outcome } from './model-settle.ts';

interface Request {
  readonly deliveryId: string;
  readonly number: number;
  readonly outcome: Outcome;
}

/** Records the requests that senders have started, with their outcomes. */
export class RequestLog {
  readonly #requests: Request[] = [];

  add({ headers }: AttemptRequest, outcome: Outcome): void {
    const sent = new Map(headers);
    const deliveryId = parseId('dlv', sent.get('x-webhook-delivery') ?? '');
    if (deliveryId === null) throw new Error('a request without x-webhook-delivery was made');
    this.#requests.push({ deliveryId, number: Number(sent.get('x-webhook-attempt')), outcome });
  }

  /**
   * Checks that no two requests have the same attempt number, that each request is recorded with its outcome (or as
   * INTERRUPTED if its sender was lost), and that nothing else is recorded.
   */
  check(model: Model): void {
    const made = this.#requests.filter(({ outcome }) => outcome !== 'unwritten');
    const key = (id: string, number: number) => `${id} ${number}`;
    const keys = made.map(request => key(request.deliveryId, request.number));
    expect(new Set(keys).size, 'requests with a number of their own').toBe(keys.length);
    const recorded = new Map(
      model.deliveries.flatMap(({ id, attempts }) => attempts.map(each => [key(id, each.number), each])),
    );
    for (const request of made) {
      const attempt = recorded.get(key(request.deliveryId, request.number));
      expect(attempt, 'the attempt of a request').toBeDefined();
      if (attempt?.errorCode === 'INTERRUPTED') continue;
      if (/^\d+$/.test(request.outcome)) expect(attempt?.responseStatus).toBe(Number(request.outcome));
      else expect(attempt?.responseStatus).toBeNull();
      recorded.delete(key(request.deliveryId, request.number));
    }
    for (const attempt of recorded.values())
      expect(attempt.errorCode, 'an attempt without a request').toBe('INTERRUPTED');
  }
}
