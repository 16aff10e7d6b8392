import { useQuery } from 'urql';
import { useViewer } from '../../api/viewer.ts';
import type { DeliveryFilter } from '../../generated/graphql.ts';
import { describeFilter } from './describe-filter.ts';
import { EndpointNameQuery } from './operation-documents.ts';
import { onlyEndpointOf } from './use-operation.ts';

export interface FilterPhraseProps {
  /** A DeliveryFilter. Its type is unknown because the API returns it as JSON. */
  readonly filter: unknown;
  readonly count?: number;
}

/** Shows a filter as a phrase with the name of its endpoint. */
export function FilterPhrase({ filter, count }: FilterPhraseProps) {
  const { may } = useViewer();
  const id = onlyEndpointOf(filter);
  const [{ data }] = useQuery({
    query: EndpointNameQuery,
    variables: { id: id ?? '' },
    pause: id === null || !may('ENDPOINTS_READ'),
    requestPolicy: 'cache-first',
  });
  const endpointName = id ? data?.endpoint?.name : null;
  return <>{describeFilter(filter as DeliveryFilter, { endpointName, ...(count !== undefined && { count }) })}</>;
}
