import type { Pool } from 'pg';
import { post } from '../fixtures/client.ts';
import { type LivehookProcess, startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { startRedis } from '../fixtures/redis.ts';
import type { RedisProcess } from '../fixtures/redis-process.ts';

/** Livehook as separate processes, with a PostgreSQL database and a Redis for this test. */
export interface System extends AsyncDisposable {
  /** The connections of the test to the database. */
  readonly pool: Pool;
  readonly redis: RedisProcess;
  /** Every process that was started, including those that have ended. */
  readonly processes: readonly LivehookProcess[];
  /** Starts another process and waits until it is ready. `environment` replaces settings of the system. */
  start(roles: string, environment?: Readonly<Record<string, string>>): Promise<LivehookProcess>;
}

export interface SystemOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** A database that the caller closes. Default: a new database of the shared server. */
  readonly database?: { readonly connectionString: string; readonly pool: Pool };
}

export async function startSystem({ environment = {}, database }: SystemOptions = {}): Promise<System> {
  await using opening = new AsyncDisposableStack();
  const { connectionString, pool } = database ?? opening.use(await createTestDatabase());
  const redis = opening.use(await startRedis());
  const shared = { DATABASE_URL: connectionString, REDIS_URL: redis.url, ...environment };
  const processes: LivehookProcess[] = [];
  opening.defer(async () => {
    await Promise.all(processes.map(each => each[Symbol.asyncDispose]()));
  });
  const opened = opening.move();
  return {
    pool,
    redis,
    processes,
    async start(roles, own = {}) {
      const started = await startLivehook({ ...shared, ...own, ROLES: roles });
      processes.push(started);
      return started;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/**
 * Sends an operation that must succeed.
 * @returns its data.
 * @throws Error with the response of the server if it fails.
 */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the document's.
export async function ask(url: string, query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<any> {
  const { data, errors } = await post(url, testRootKey, query, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Reads the current feed cursor. @throws Error while the server cannot reach Redis. */
export async function askLiveCursor(url: string): Promise<string> {
  const { feedCursor } = await ask(url, '{ feedCursor }');
  if (feedCursor.startsWith('unreachable')) throw new Error('the feed cannot be reached');
  return feedCursor;
}

const createMutation = `mutation ($input: CreateEndpointInput!) {
  createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id } secret } ... on Error { message } }
}`;

/**
 * Creates an endpoint. `input` overrides the defaults: a name, and a retry schedule of many short waits.
 * @returns its id.
 */
export async function createEndpoint(url: string, input: Readonly<Record<string, unknown>>): Promise<string> {
  const defaults = { name: 'receiver', retryScheduleSeconds: Array(30).fill(1) };
  const { createEndpoint: result } = await ask(url, createMutation, { input: { ...defaults, ...input } });
  if (!result.endpoint) throw new Error(result.message);
  return result.endpoint.id;
}

const publishMutation = `mutation ($inputs: [PublishEventInput!]!) {
  publishEvents(inputs: $inputs) { ... on PublishEventsSuccess { events { id } } ... on Error { message } }
}`;

type EventInput = Readonly<Record<string, unknown>>;

/** Publishes `count` small events. `input` overrides the default type and payload. @returns their ids. */
export async function publish(
  url: string,
  count: number,
  input: EventInput | ((index: number) => EventInput) = {},
): Promise<string[]> {
  const inputs = Array.from({ length: count }, (_, index) => ({
    type: 'fault.test',
    payload: { index },
    ...(typeof input === 'function' ? input(index) : input),
  }));
  const { publishEvents: result } = await ask(url, publishMutation, { inputs });
  if (!result.events) throw new Error(result.message);
  return result.events.map((event: { id: string }) => event.id);
}
