import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour } from '../fixtures/behaviours.ts';

/** 200 `ok` after so long, on connections that stay warm. */
export function answerAfter(delayMs: number): Behaviour {
  return async (_request, response) => {
    await delay(delayMs);
    response.end('ok');
  };
}

export interface Gate {
  readonly behaviour: Behaviour;
  /** Answers every request that waits, and those that come from here on at once. */
  open(status: number): void;
}

/** Holds requests without an answer until it is opened. */
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

/** The first attempt of each delivery is answered 500, all others 200. */
export const failFirstAttempts: Behaviour = (request, response) => {
  response.writeHead(request.headers['x-webhook-attempt'] === '1' ? 500 : 200).end();
};
