import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type HttpAnswer, post } from '../fixtures/client.ts';
import { testRootKey } from '../fixtures/livehook-process.ts';

export interface Load extends AsyncDisposable {
  /** The ids of all events that were accepted so far. */
  readonly accepted: readonly string[];
  /** How often a publish got no answer, or one that asks to try again. */
  readonly refusals: number;
  /** Anything else that was answered. */
  readonly problems: readonly string[];
  /** Publishes no more; resolves once every batch that was begun is accepted. @returns the accepted ids. */
  stop(): Promise<readonly string[]>;
  /** Gives up what was not accepted yet. */
  [Symbol.asyncDispose](): Promise<void>;
}

const publishMutation = `mutation ($inputs: [PublishEventInput!]!) {
  publishEvents(inputs: $inputs) { __typename ... on PublishEventsSuccess { events { id } } ... on Error { message } }
}`;

const batch = 20;
/** So that the load is the same on quick and slow machines: at most 200 events a second. */
const paceMs = 100;
const answerMs = 8_000;
const maxProblems = 10;

/**
 * Publishes all the time, as a careful client does: with idempotency keys, and the same batch again, at the next api,
 * until it is accepted.
 *
 * @param urls asked anew for each try: where an api is now.
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
      while (!isOver && !(await tryOnce(inputs))) await delay(paceMs);
      await delay(paceMs);
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

/** Null where no answer came. */
function send(url: string, inputs: readonly unknown[]): Promise<HttpAnswer | null> {
  const late = AbortSignal.timeout(answerMs);
  const { promise: given, resolve: giveUp } = Promise.withResolvers<null>();
  late.addEventListener('abort', () => giveUp(null));
  return Promise.race([post(url, testRootKey, publishMutation, { inputs }).catch(() => null), given]);
}
