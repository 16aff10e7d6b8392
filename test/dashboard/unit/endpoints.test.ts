import { describe, expect, it } from 'vitest';
import { variablesOfView } from '../../../src/dashboard/screens/endpoints/list/list-view.ts';
import {
  type FailureGroup,
  filterOfFailures,
  groupByEndpoint,
} from '../../../src/dashboard/screens/failures/failure-group.ts';

describe('the list of endpoints', () => {
  it.each([
    ['newest', null],
    ['success', { field: 'SUCCESS_RATE', direction: 'ASC' }],
    ['p95', { field: 'P95_LATENCY', direction: 'DESC' }],
    ['backlog', { field: 'BACKLOG', direction: 'DESC' }],
  ] as const)(
    'the endpoint list requests the order %s with the endpoints that need attention first',
    (sort, orderBy) => {
      const view = { search: '', statuses: [], sort, after: '', before: '' };
      expect(variablesOfView(view)).toEqual({ search: null, statuses: null, orderBy, first: 50, after: null });
    },
  );
});

describe('failures', () => {
  const aGroup = (id: string, value: number, retryingCount: number) =>
    ({ endpoint: { id }, count: { value, exact: true }, retryingCount }) as FailureGroup;

  it('groupByEndpoint counts the failed and the retrying deliveries of each endpoint', () => {
    const grouped = groupByEndpoint([aGroup('ep_a', 10, 4), aGroup('ep_b', 5, 5), aGroup('ep_a', 2, 1)]);
    expect(
      grouped.map(({ endpoint, failed, retrying, groups }) => [endpoint.id, failed, retrying, groups.length]),
    ).toEqual([
      ['ep_a', 7, 5, 2],
      ['ep_b', 0, 5, 1],
    ]);
  });

  it('filterOfFailures selects the failures since a time, of one endpoint or of all endpoints', () => {
    const nowMs = Date.UTC(2026, 10, 27, 12);
    expect(filterOfFailures('ep_01h455vb4pex5vsknk084sn02q', '24h', nowMs)).toEqual({
      endpointIds: ['ep_01h455vb4pex5vsknk084sn02q'],
      statuses: ['FAILED', 'RETRYING'],
      createdAt: { from: '2026-11-26T12:00:00.000Z' },
    });
    expect(filterOfFailures(null, '', nowMs)).toEqual({ statuses: ['FAILED', 'RETRYING'] });
  });
});
