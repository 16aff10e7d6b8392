import { maxUrlLength } from '../egress/url.ts';

/** Limits of input that no setting changes. The GraphQL query `settings` returns them under the same names. */
export const inputLimits = {
  /** The largest number of characters in the name of an endpoint, an API key or a tenant. */
  maxNameLength: 200,
  maxUrlLength,
  maxEventTypeLength: 128,
  maxSearchLength: 256,
  maxBodyTemplateLength: 65_536,
  minTimeoutMs: 100,
  maxTimeoutMs: 60_000,
  /** The largest number of delays in a retry schedule. */
  maxRetries: 30,
  maxRetryDelaySeconds: 604_800,
  /** The largest value of an endpoint's `maxConcurrency`. */
  maxConcurrencyLimit: 10_000,
  minRateLimitPerSecond: 0.001,
  maxRateLimitPerSecond: 100_000,
  maxDisableAfterSeconds: 31_536_000,
  /** The largest number of entries in each list of a `DeliveryFilter`. */
  maxFilterEntries: 1_000,
  maxEventsPerRequest: 1_000,
} as const;
