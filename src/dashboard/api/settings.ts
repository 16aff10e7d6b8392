import { useQuery } from 'urql';
import { graphql } from '../generated/gql.ts';
import type { SettingsQuery as SettingsData } from '../generated/graphql.ts';
import { describeError } from './outcome.ts';

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

/** The limits and defaults of the server, read once. */
export function useSettings() {
  const [{ data, error, fetching }, read] = useQuery({ query: SettingsQuery, requestPolicy: 'cache-first' });
  return {
    /** Null until they are read. */
    settings: data?.settings ?? null,
    isLoading: fetching,
    /** Why they cannot be read. Null if they can. */
    failure: error ? describeError(error) : null,
    retry: () => read({ requestPolicy: 'network-only' }),
  };
}
