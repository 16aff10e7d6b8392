import type { EndpointOrder, EndpointStatus, EndpointsQueryVariables } from '../../../generated/graphql.ts';
import { useQueryParams } from '../../../query-params.ts';

/** The filter, order and page of the endpoint list, read from the page URL: `?q=shop&status=PAUSED&after=...`. */
export interface ListView {
  readonly search: string;
  readonly statuses: readonly EndpointStatus[];
  /** The order of the endpoints. */
  readonly sort: EndpointSort;
  /** The cursor after which the page starts. '' on the first page, and if `before` is set. */
  readonly after: string;
  readonly before: string;
}

const pageSize = 50;

const sorts = ['newest', 'success', 'p95', 'backlog'] as const;
/** The orders of the list. All except `newest` list the endpoints first that need attention most. */
export type EndpointSort = (typeof sorts)[number];
const orders: Readonly<Record<EndpointSort, EndpointOrder | null>> = {
  newest: null,
  success: { field: 'SUCCESS_RATE', direction: 'ASC' },
  p95: { field: 'P95_LATENCY', direction: 'DESC' },
  backlog: { field: 'BACKLOG', direction: 'DESC' },
};
export const endpointStatuses = ['ENABLED', 'PAUSED', 'DISABLED'] as const;

/**
 * Returns the view in the page URL, and a function that changes single fields of the view. If the filter changes, the
 * first page is shown.
 */
export function useListView(): readonly [view: ListView, change: (part: Partial<ListView>) => void] {
  const [params, setParams] = useQueryParams();
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

/** Converts a view to the variables of the query. */
export function variablesOfView({ search, statuses, sort, after, before }: ListView): EndpointsQueryVariables {
  return {
    search: search || null,
    statuses: statuses.length > 0 ? [...statuses] : null,
    orderBy: orders[sort],
    ...(before ? { last: pageSize, before } : { first: pageSize, after: after || null }),
  };
}
