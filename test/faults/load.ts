import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type HttpAnswer, post } from '../fixtures/client.ts';
import { testRootKey } from '../fixtures/livehook-process.ts';

export interface Load extends AsyncDisposable {
  /** The ids of all events that have been accepted. */
  readonly accepted: readonly string[];
  /** The number of publishes without a response, or with an error that asks for a retry. */
  readonly refusals: number;
  /** The responses with an error that does not ask for a retry. */
  readonly problems: readonly string[];
  /** Stops publishing. Resolves once every batch that was started is accepted. @returns the accepted ids. */
  stop(): Promise<readonly string[]>;
  /** Stops without waiting for batches that are not accepted. */
  [Symbol.asyncDispose](): Promise<void>;
}

const publishMutation = `mutation ($inputs: [PublishEventInput!]!) {
  publishEvents(inputs: $inputs) { __typename ... on PublishEventsSuccess { events { id } } ... on Error { message } }
}`;

const batch = 20;
/** Limits the load to 200 events a second, so that it is the same on fast and slow machines. */
const publishPauseMs = 100;
const answerMs = 8_000;
const maxProblems = 10;

/**
 * Publishes events continuously like a careful client: with idempotency keys, and with a retry at the next api until a
 * batch is accepted.
 * @param urls returns the current URLs of the apis. Called before each request.
 */
export function startLoad(urls: () => readonly string[]): Load {
  const accepted: string[] = [];
  const problems: string[] = [];
  let refusals = 0;
  let tries = 0;
  let isStopping = false;
  let isOver = false;

  async function run(): Promise<void> {
    while (!isStopping && !isOver) {
      const inputs = Array.from({ length: batch }, (_, index) => ({
        type: 'load.test',
        payload: { index },
        idempotencyKey: randomUUID(),
      }));
      while (!isOver && !(await tryOnce(inputs))) await delay(publishPauseMs);
      await delay(publishPauseMs);
    }
  }

  async function tryOnce(inputs: readonly unknown[]): Promise<boolean> {
    const all = urls();
    const url = all[tries++ % all.length];
    const answer = url === undefined ? null : await send(url, inputs);
    const codes = answer?.errors?.map(error => error.extensions.code) ?? [];
    const { events } = answer?.data?.publishEvents ?? {};
    if (events) {
      accepted.push(...events.map((event: { id: string }) => event.id));
      return true;
    }
    if (!answer || codes.some(code => code === 'UNAVAILABLE' || code === 'TIMEOUT')) refusals += 1;
    else {
      problems.push(JSON.stringify(answer));
      isOver = problems.length >= maxProblems;
    }
    return false;
  }

  const running = run();
  return {
    accepted,
    problems,
    get refusals() {
      return refusals;
    },
    async stop() {
      isStopping = true;
      await running;
      return accepted;
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      await running;
    },
  };
}

/** Sends a publish request. Null if there was no response. */
function send(url: string, inputs: readonly unknown[]): Promise<HttpAnswer | null> {
  const late = AbortSignal.timeout(answerMs);
  const { promise: given, resolve: giveUp } = Promise.withResolvers<null>();
  late.addEventListener('abort', () => giveUp(null));
  return Promise.race([post(url, testRootKey, publishMutation, { inputs }).catch(() => null), given]);
}
