import { describe, expect, test } from 'vitest';
import { endNow, filterOfBulk } from '../../../src/dashboard/features/bulk/bulk-filter.ts';
import { describeFilter } from '../../../src/dashboard/features/bulk/describe-filter.ts';
import { countElsewhere, countOutcomes, isSettled } from '../../../src/dashboard/features/bulk/outcome-counts.ts';
import { pathOfId } from '../../../src/dashboard/screens/audit/audit-words.ts';

const nowMs = Date.parse('2026-11-27T10:00:00Z');
const to = '2026-11-27T10:00:00.000Z';

describe('the filter of a bulk operation', () => {
  test('filterOfBulk narrows a retry to retryable deliveries, and returns null if there are none', () => {
    expect(filterOfBulk('RETRY', {}, nowMs)).toEqual({ statuses: ['FAILED', 'RETRYING'] });
    expect(filterOfBulk('RETRY', { statuses: ['FAILED', 'SUCCEEDED'] }, nowMs)).toEqual({ statuses: ['FAILED'] });
    expect(filterOfBulk('RETRY', { statuses: ['SUCCEEDED'] }, nowMs)).toBeNull();
  });

  test('endNow sets the end of the time filter to now, so that the count and the mutation cover the same deliveries', () => {
    expect(filterOfBulk('REPLAY', {}, nowMs)).toEqual({ createdAt: { to } });
    const from = '2026-11-27T09:00:00.000Z';
    expect(endNow({ createdAt: { from } }, nowMs)).toEqual({ createdAt: { from, to } });
    expect(endNow({ ids: ['dlv_1'] }, nowMs)).toEqual({ ids: ['dlv_1'] });
    const ended = { createdAt: { from, to: from } };
    expect(endNow(ended, nowMs)).toBe(ended);
  });

  test.each([
    [{ statuses: ['FAILED'], endpointIds: ['ep_1'] }, 'failed deliveries of Billing'],
    [{ ids: ['dlv_1', 'dlv_2'] }, 'selected deliveries'],
    [{ bulkOperationIds: ['blk_1'], isTest: false }, 'deliveries, of 1 bulk operation, excluding tests'],
    [{ responseStatuses: [{ from: 500, to: 599 }], errorCodes: ['HTTP_STATUS'] }, 'deliveries, answered 500–599'],
  ] as const)('describeFilter describes %j as "%s"', (filter, words) => {
    expect(describeFilter(structuredClone(filter) as object, { endpointName: 'Billing' })).toBe(words);
  });
});

describe('the outcomes of an operation', () => {
  const outcomes = { queued: 1, waiting: 2, succeeded: 3, failed: 4, exact: true };

  test('countOutcomes links each outcome to exactly its deliveries', () => {
    const id = 'blk_01h455vb4pex5vsknk084sn02q';
    expect(countOutcomes(id, outcomes).map(({ name, count, href }) => [name, count, href])).toEqual([
      ['Queued', 1, `/deliveries?status=PENDING&status=PROCESSING&operation=${id}`],
      ['Retrying', 2, `/deliveries?status=RETRYING&operation=${id}`],
      ['Succeeded', 3, `/deliveries?status=SUCCEEDED&operation=${id}`],
      ['Failed again', 4, `/deliveries?status=FAILED&operation=${id}`],
    ]);
  });

  test('isSettled is true once a bulk operation and all of its deliveries have ended', () => {
    const ended = { ...outcomes, queued: 0, waiting: 0 };
    expect(isSettled('SUCCEEDED', ended)).toBe(true);
    expect(isSettled('RUNNING', ended)).toBe(false);
    expect(isSettled('SUCCEEDED', { ...ended, waiting: 1 })).toBe(false);
  });

  test('countElsewhere returns the number of processed deliveries without an outcome, or 0 if the outcomes are inexact', () => {
    expect(countElsewhere(12, outcomes)).toBe(2);
    expect(countElsewhere(12, { ...outcomes, exact: false })).toBe(0);
    expect(countElsewhere(9, outcomes)).toBe(0);
  });
});

test('the audit log links to a delivery, an endpoint and a bulk operation, and not to an API key', () => {
  expect(pathOfId('dlv_1')).toBe('/deliveries/dlv_1');
  expect(pathOfId('ep_1')).toBe('/endpoints/ep_1');
  expect(pathOfId('blk_1')).toBe('/operations/blk_1');
  expect(pathOfId('key_1')).toBeNull();
});
