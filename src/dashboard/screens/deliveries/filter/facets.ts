import type { Client } from 'urql';
import type { Choice } from '../../../components/choice-chip.tsx';
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

/** How many deliveries each choice of a chip stands for, as text; one that is not there was not counted. */
export type ChoiceCounts = ReadonlyMap<string, string>;

/** The counts of a filter by what the server counts at once; null where it cannot be asked. */
export async function readFacets(client: Client, filter: DeliveryFilter): Promise<Facets | null> {
  const { data } = await client.query(FacetsQuery, { filter }).toPromise();
  return data?.deliveryStats ?? null;
}

/** As many values as the server counts, the most frequent first: one that is not among them is not 0 for that. */
const maxValues = 50;

/** Counts for choices, of what is counted by value: a choice may stand for several values. */
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
