import { useSearchParams } from 'wouter';
import type { EndpointStatus, EndpointsQueryVariables } from '../../../generated/graphql.ts';

/** What the address says about the list: `?q=shop&status=PAUSED&after=...`. It is all there is. */
export interface ListView {
  readonly search: string;
  readonly statuses: readonly EndpointStatus[];
  /** By what the endpoints of the page are sorted. */
  readonly sort: EndpointSort;
  /** The page behind this cursor, or before that one; both '' for the first. */
  readonly after: string;
  readonly before: string;
}

const pageSize = 50;
/** As many as the server gives at once: endpoints are sorted by their health in the browser. */
const sortedPageSize = 100;

const sorts = ['newest', 'success', 'p95', 'backlog'] as const;
/** `newest` is the server's order; the others put the endpoint that needs attention first. */
export type EndpointSort = (typeof sorts)[number];
export const endpointStatuses = ['ENABLED', 'PAUSED', 'DISABLED'] as const;

/** The view that the address holds, and how to change a part of it: a change of the filter leads to the first page. */
export function useListView(): readonly [view: ListView, change: (part: Partial<ListView>) => void] {
  const [params, setParams] = useSearchParams();
  const view: ListView = {
    search: params.get('q') ?? '',
    statuses: endpointStatuses.filter(status => params.getAll('status').includes(status)),
    sort: sorts.find(sort => sort === params.get('sort')) ?? 'newest',
    after: params.get('after') ?? '',
    before: params.get('before') ?? '',
  };
  const change = (part: Partial<ListView>) => {
    const { search, statuses, sort, after, before } = { ...view, after: '', before: '', ...part };
    const next = new URLSearchParams(statuses.map(status => ['status', status]));
    if (search) next.set('q', search);
    if (sort !== 'newest') next.set('sort', sort);
    if (after) next.set('after', after);
    if (before) next.set('before', before);
    setParams(next, { replace: !after && !before });
  };
  return [view, change];
}

/** The view as the server takes it. */
export function variablesOfView({ search, statuses, sort, after, before }: ListView): EndpointsQueryVariables {
  const size = sort === 'newest' ? pageSize : sortedPageSize;
  return {
    search: search || null,
    statuses: statuses.length > 0 ? [...statuses] : null,
    ...(before ? { last: size, before } : { first: size, after: after || null }),
  };
}

/** What endpoints are sorted by. */
interface SortedHealth {
  readonly successRate?: number | null;
  readonly p95LatencyMs?: number | null;
  readonly backlog: { readonly value: number };
}

/** The endpoints with the lowest success rate, the highest p95 or the largest backlog first; those without one last. */
export function sortEndpoints<Listed extends { readonly health: SortedHealth | null }>(
  endpoints: readonly Listed[],
  sort: EndpointSort,
): readonly Listed[] {
  if (sort === 'newest') return endpoints;
  const rank = ({ health }: Listed): number => {
    if (sort === 'success') return health?.successRate ?? 2;
    return sort === 'p95' ? -(health?.p95LatencyMs ?? -1) : -(health?.backlog.value ?? -1);
  };
  return endpoints.toSorted((a, b) => rank(a) - rank(b));
}
