import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour } from '../fixtures/behaviours.ts';

/** Responds with 200 `ok` after a delay, and keeps connections alive. */
export function answerAfter(delayMs: number): Behaviour {
  return async (_request, response) => {
    await delay(delayMs);
    response.end('ok');
  };
}

export interface Gate {
  readonly behaviour: Behaviour;
  /** Responds with this status to every waiting request, and to each further request at once. */
  open(status: number): void;
}

/** Creates a receiver behavior that delays all responses until `open` is called. */
export function createGate(): Gate {
  const waiting: ServerResponse[] = [];
  let isOpen: number | null = null;
  return {
    behaviour(_request, response) {
      if (isOpen === null) waiting.push(response);
      else response.writeHead(isOpen).end();
    },
    open(status) {
      isOpen = status;
      for (const response of waiting.splice(0)) response.writeHead(status).end();
    },
  };
}

/** Responds with 500 to the first attempt of each delivery, and with 200 to all others. */
export const failFirstAttempts: Behaviour = (request, response) => {
  response.writeHead(request.headers['x-webhook-attempt'] === '1' ? 500 : 200).end();
};
