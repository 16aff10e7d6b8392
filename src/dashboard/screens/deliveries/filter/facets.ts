import type { Client } from 'urql';
import type { Choice, ChoiceCounts } from '../../../components/choice-list.tsx';
import { graphql } from '../../../generated/gql.ts';
import type { DeliveryFilter, FilterFacetsQuery } from '../../../generated/graphql.ts';
import { formatCount } from '../../../intl.ts';

const FacetsQuery = graphql(/* GraphQL */ `
  query FilterFacets($filter: DeliveryFilter) {
    deliveryStats(filter: $filter, buckets: 1) {
      exact
      byStatus { status count }
      byEndpoint { endpoint { id } count }
      byEventType { eventType count }
      byResponseStatus { responseStatus count }
    }
  }
`);

export type Facets = NonNullable<FilterFacetsQuery['deliveryStats']>;

/** Loads the counts of all choices for a filter in one request. Null if the server cannot be reached. */
export async function readFacets(client: Client, filter: DeliveryFilter): Promise<Facets | null> {
  const { data } = await client.query(FacetsQuery, { filter }).toPromise();
  return data?.deliveryStats ?? null;
}

/** The server returns only this many values, the most frequent ones. A missing value is then unknown, not 0. */
const maxValues = 50;

/** Sums up the counts of the values of each choice. A choice may stand for several values. */
export function countChoices(
  { exact }: Facets,
  values: readonly (readonly [value: string, count: number])[],
  choices: readonly Choice[],
  stands: (choice: string, value: string) => boolean = (choice, value) => choice === value,
): ChoiceCounts {
  return new Map(
    choices.flatMap(({ id }) => {
      const count = values.reduce((sum, [value, each]) => (stands(id, value) ? sum + each : sum), 0);
      if (count === 0 && values.length >= maxValues) return [];
      return [[id, formatCount(count, exact)]];
    }),
  );
}
