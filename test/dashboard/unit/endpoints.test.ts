import { describe, expect, it } from 'vitest';
import { sortEndpoints } from '../../../src/dashboard/screens/endpoints/list/list-view.ts';
import {
  type FailureGroup,
  filterOfFailures,
  groupByEndpoint,
} from '../../../src/dashboard/screens/failures/failure-group.ts';

const anEndpoint = (name: string, successRate: number | null, p95LatencyMs: number | null, backlog: number) => ({
  name,
  health: { successRate, p95LatencyMs, backlog: { value: backlog } },
});

describe('sortEndpoints', () => {
  const endpoints = [
    anEndpoint('idle', null, null, 0),
    anEndpoint('good', 1, 20, 3),
    anEndpoint('slow', 0.98, 9_000, 1),
    anEndpoint('down', 0, 15, 800),
  ];
  it.each([
    ['newest', ['idle', 'good', 'slow', 'down']],
    ['success', ['down', 'slow', 'good', 'idle']],
    ['p95', ['slow', 'good', 'down', 'idle']],
    ['backlog', ['down', 'good', 'slow', 'idle']],
  ] as const)('puts the endpoint that needs attention first by %s', (sort, names) => {
    expect(sortEndpoints(endpoints, sort).map(({ name }) => name)).toEqual(names);
  });
});

describe('failures', () => {
  const aGroup = (id: string, value: number, retryingCount: number) =>
    ({ endpoint: { id }, count: { value, exact: true }, retryingCount }) as FailureGroup;

  it('are grouped by endpoint, with failed and retrying deliveries counted apart', () => {
    const grouped = groupByEndpoint([aGroup('ep_a', 10, 4), aGroup('ep_b', 5, 5), aGroup('ep_a', 2, 1)]);
    expect(
      grouped.map(({ endpoint, failed, retrying, groups }) => [endpoint.id, failed, retrying, groups.length]),
    ).toEqual([
      ['ep_a', 7, 5, 2],
      ['ep_b', 0, 5, 1],
    ]);
  });

  it('are retried since a time, of one endpoint or of all', () => {
    const nowMs = Date.UTC(2026, 10, 27, 12);
    expect(filterOfFailures('ep_01h455vb4pex5vsknk084sn02q', '24h', nowMs)).toEqual({
      endpointIds: ['ep_01h455vb4pex5vsknk084sn02q'],
      statuses: ['FAILED', 'RETRYING'],
      createdAt: { from: '2026-11-26T12:00:00.000Z' },
    });
    expect(filterOfFailures(null, '', nowMs)).toEqual({ statuses: ['FAILED', 'RETRYING'] });
  });
});
