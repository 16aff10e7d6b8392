import { useSearchParams } from 'wouter';
import type { EndpointStatus, EndpointsQueryVariables } from '../../../generated/graphql.ts';

/** What the address says about the list: `?q=shop&status=PAUSED&after=...`. It is all there is. */
export interface ListView {
  readonly search: string;
  readonly statuses: readonly EndpointStatus[];
  /** The page behind this cursor, or before that one; both '' for the first. */
  readonly after: string;
  readonly before: string;
}

const pageSize = 50;
export const endpointStatuses = ['ENABLED', 'PAUSED', 'DISABLED'] as const;

/** The view that the address holds, and how to change a part of it: a change of the filter leads to the first page. */
export function useListView(): readonly [view: ListView, change: (part: Partial<ListView>) => void] {
  const [params, setParams] = useSearchParams();
  const view: ListView = {
    search: params.get('q') ?? '',
    statuses: endpointStatuses.filter(status => params.getAll('status').includes(status)),
    after: params.get('after') ?? '',
    before: params.get('before') ?? '',
  };
  const change = (part: Partial<ListView>) => {
    const { search, statuses, after, before } = { ...view, after: '', before: '', ...part };
    const next = new URLSearchParams(statuses.map(status => ['status', status]));
    if (search) next.set('q', search);
    if (after) next.set('after', after);
    if (before) next.set('before', before);
    setParams(next, { replace: !after && !before });
  };
  return [view, change];
}

/** The view as the server takes it. */
export function variablesOfView({ search, statuses, after, before }: ListView): EndpointsQueryVariables {
  return {
    search: search || null,
    statuses: statuses.length > 0 ? [...statuses] : null,
    ...(before ? { last: pageSize, before } : { first: pageSize, after: after || null }),
  };
}
