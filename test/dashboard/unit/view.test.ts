import { describe, expect, test } from 'vitest';
import {
  filterOfView,
  isFiltered,
  keyOfFilter,
  readView,
  writeView,
} from '../../../src/dashboard/features/deliveries/filter/view.ts';

const read = (query: string) => readView(new URLSearchParams(query));
const operationId = 'blk_01h455vb4pex5vsknk084sn02q';

describe('the view (filter and order) in the URL of the delivery log', () => {
  test.each([
    'q=shop&status=FAILED&status=RETRYING&type=order.*&response=500-599',
    `operation=${operationId}&time=24h&sort=STATUS.ASC`,
    'latency=1000-&sort=LATENCY.DESC&event=evt_01h455vb4pex5vsknk084sn02q',
    'test=without&error=TIMEOUT&reason=GONE',
  ])('readView reads %s and writeView writes the same parameters', query => {
    expect(Object.fromEntries(writeView(read(query)))).toEqual(Object.fromEntries(new URLSearchParams(query)));
  });

  test.each(['__proto__=1', 'constructor=1', 'toString=x', '%00=1', 'utm_source=mail'])(
    'readView ignores the unknown parameter %s',
    query => {
      expect(isFiltered(read(query))).toBe(false);
      expect(filterOfView(read(query), 0)).toEqual({});
    },
  );

  test('readView lists unknown values of known parameters separately, and filterOfView leaves them out', () => {
    const view = read('status=NOPE&status=FAILED&error=__proto__&operation=ep_1');
    expect(view.unknown).toEqual([
      { name: 'status', value: 'NOPE' },
      { name: 'error', value: '__proto__' },
      { name: 'operation', value: 'ep_1' },
    ]);
    expect(filterOfView(view, 0)).toEqual({ statuses: ['FAILED'] });
  });

  test.each([
    ['1000-', { from: 1000 }],
    ['-200', { to: 200 }],
    ['0-0', { from: 0, to: 0 }],
  ])('filterOfView turns the latency %s into a range of milliseconds', (latency, latencyMs) => {
    expect(filterOfView(read(`latency=${latency}`), 0)).toEqual({ latencyMs });
  });

  test.each(['-', '5-4', '1000', '1e3-', '1.5-', '9999999999-'])(
    'readView lists the invalid latency %s as unknown',
    latency => {
      expect(read(`latency=${latency}`)).toMatchObject({ latency: '', unknown: [{ name: 'latency', value: latency }] });
    },
  );

  test('filterOfView calculates relative times from the time of the server', () => {
    const nowMs = Date.parse('2026-11-27T10:00:00Z');
    expect(filterOfView(read(`operation=${operationId}&time=1h&response=404`), nowMs)).toEqual({
      bulkOperationIds: [operationId],
      createdAt: { from: '2026-11-27T09:00:00.000Z' },
      responseStatuses: [{ from: 404, to: 404 }],
    });
  });

  test('keyOfFilter is equal for two views only if they show the same deliveries', () => {
    expect(keyOfFilter(read('status=FAILED&sort=STATUS.ASC'))).toBe(keyOfFilter(read('status=FAILED')));
    expect(keyOfFilter(read('status=FAILED'))).not.toBe(keyOfFilter(read('status=RETRYING')));
  });
});
