import fc from '../fixtures/seeded-fast-check.ts';
import { type Outcome, outcomes } from './model-settle.ts';

/**
 * One action of a scenario. An index that is larger than the number of objects is taken modulo that number. An action
 * does nothing if there is no object to choose.
 */
export type Action =
  /** Publishes an event to these endpoints. Null: to all endpoints that match. */
  | { readonly do: 'publish'; readonly endpoints: readonly number[] | null }
  | { readonly do: 'test'; readonly endpoint: number }
  | { readonly do: 'retry' | 'cancel'; readonly delivery: number }
  | { readonly do: 'replay'; readonly delivery: number; readonly endpoint: number | null }
  | { readonly do: 'set'; readonly endpoint: number; readonly status: 'ENABLED' | 'PAUSED' | 'DISABLED' }
  | { readonly do: 'limit'; readonly endpoint: number; readonly maxConcurrency: number | null }
  | { readonly do: 'delete'; readonly endpoint: number }
  | { readonly do: 'claim'; readonly sender: number; readonly slots: number }
  /** All senders claim at the same time. */
  | { readonly do: 'race'; readonly slots: number }
  /** Makes the request of a job, with this outcome. With `isSettled`, the results of its sender are written too. */
  | { readonly do: 'send'; readonly job: number; readonly outcome: Outcome; readonly isSettled: boolean }
  /** A sender claims, makes the requests of all its jobs with this outcome, and writes the results. */
  | { readonly do: 'deliver'; readonly sender: number; readonly slots: number; readonly outcome: Outcome }
  /** All leases expire. A sender takes over their deliveries and writes its results. */
  | { readonly do: 'takeOver'; readonly sender: number }
  | { readonly do: 'settle' | 'drain' | 'crash'; readonly sender: number }
  /** The lease of a delivery expires. Null: all leases. */
  | { readonly do: 'expire'; readonly delivery: number | null }
  /** Moves time forward, so that scheduled retries are due. */
  | { readonly do: 'pass' }
  /** Ends the pause that the receiver of an endpoint has requested with Retry-After. */
  | { readonly do: 'resume'; readonly endpoint: number }
  | { readonly do: 'janitor' };

export interface EndpointSetup {
  readonly schedule: readonly number[];
  readonly isFifo: boolean;
  readonly maxConcurrency: number | null;
  readonly disablesOnGone: boolean;
}

export interface Scenario {
  readonly endpoints: readonly EndpointSetup[];
  readonly senders: number;
  readonly actions: readonly Action[];
}

const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { noNullPrototype: true });
const index = fc.nat({ max: 11 });
const maybeIndex: fc.Arbitrary<number | null> = fc.option(index);
const maybeIndexes: fc.Arbitrary<number[] | null> = fc.option(fc.array(index, { minLength: 1, maxLength: 2 }));
const limit = fc.constantFrom(null, null, 1, 2);

const weighted: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<Action>])[] = [
  [8, record({ do: fc.constant('claim'), sender: index, slots: fc.integer({ min: 1, max: 3 }) })],
  [10, record({ do: fc.constant('send'), job: index, outcome: fc.constantFrom(...outcomes), isSettled: fc.boolean() })],
  [
    6,
    record({
      do: fc.constant('deliver'),
      sender: index,
      slots: fc.integer({ min: 1, max: 3 }),
      outcome: fc.constantFrom(...outcomes),
    }),
  ],
  [4, record({ do: fc.constant('takeOver'), sender: index })],
  [3, record({ do: fc.constant('race'), slots: fc.integer({ min: 1, max: 3 }) })],
  [3, record({ do: fc.constant('settle'), sender: index })],
  [4, record({ do: fc.constant('expire'), delivery: maybeIndex })],
  [3, record({ do: fc.constant('pass') })],
  [3, record({ do: fc.constant('publish'), endpoints: maybeIndexes })],
  [1, record({ do: fc.constant('test'), endpoint: index })],
  [4, record({ do: fc.constant('retry'), delivery: index })],
  [2, record({ do: fc.constant('replay'), delivery: index, endpoint: maybeIndex })],
  [2, record({ do: fc.constant('cancel'), delivery: index })],
  [
    3,
    record({
      do: fc.constant('set'),
      endpoint: index,
      status: fc.constantFrom('ENABLED', 'ENABLED', 'PAUSED', 'DISABLED'),
    }),
  ],
  [1, record({ do: fc.constant('limit'), endpoint: index, maxConcurrency: limit })],
  [1, record({ do: fc.constant('delete'), endpoint: index })],
  [1, record({ do: fc.constant('resume'), endpoint: index })],
  [1, record({ do: fc.constantFrom('drain', 'crash'), sender: index })],
  [2, record({ do: fc.constant('janitor') })],
];

const setups = record({
  schedule: fc.constantFrom([], [0], [3600], [3600, 3600]),
  isFifo: fc.boolean(),
  maxConcurrency: limit,
  disablesOnGone: fc.boolean(),
});

export const scenarios: fc.Arbitrary<Scenario> = record({
  endpoints: fc.array(setups, { minLength: 1, maxLength: 2 }),
  senders: fc.integer({ min: 1, max: 3 }),
  actions: fc.array(fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary }))), {
    minLength: 1,
    maxLength: 25,
    size: 'max',
  }),
});
