import { useQuery } from 'urql';
import { graphql } from '../generated/gql.ts';
import type { SettingsQuery as SettingsData } from '../generated/graphql.ts';
import { describeQueryError } from './repeat-failed-queries.ts';

const SettingsQuery = graphql(/* GraphQL */ `
  query Settings {
    settings {
      defaultTimeoutMs minTimeoutMs maxTimeoutMs
      defaultRetryScheduleSeconds maxRetries maxRetryDelaySeconds
      defaultDisableAfterSeconds maxDisableAfterSeconds
      maxConcurrencyLimit minRateLimitPerSecond maxRateLimitPerSecond
      maxNameLength maxUrlLength maxEventTypeLength maxSearchLength
      maxEventTypesPerEndpoint maxHeadersPerEndpoint maxFilterEntries
    }
  }
`);

/** The limits and defaults of the server. */
export type Settings = SettingsData['settings'];

/** Loads the limits and defaults of the server once. */
export function useSettings() {
  const [{ data, error, fetching }, read] = useQuery({ query: SettingsQuery, requestPolicy: 'cache-first' });
  return {
    /** The limits and defaults. Null until they are loaded. */
    settings: data?.settings ?? null,
    isLoading: fetching,
    /** Why loading failed. Null if it did not fail. */
    failure: error ? describeQueryError(error) : null,
    retry: () => read({ requestPolicy: 'network-only' }),
  };
}
