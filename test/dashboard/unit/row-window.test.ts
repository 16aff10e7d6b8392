import { describe, expect, test } from 'vitest';
import type { DeliveryRow } from '../../../src/dashboard/features/deliveries/log/delivery-row.ts';
import type { DeliveryUpdate } from '../../../src/dashboard/features/deliveries/log/follow-updates.ts';
import { RowWindow } from '../../../src/dashboard/features/deliveries/log/row-window.ts';

const newestFirst = { field: 'CREATED_AT', direction: 'DESC' } as const;

function aRow(id: string, version = 1): DeliveryRow {
  return {
    id,
    version,
    status: 'PENDING',
    failureReason: null,
    eventType: 'a',
    attemptCount: 0,
    maxAttempts: 10,
    responseStatus: null,
    latencyMs: null,
    error: null,
    nextAttemptAt: null,
    createdAt: '2026-11-27T10:00:00.000Z',
    updatedAt: '2026-11-27T10:00:00.000Z',
    deliveredAt: null,
    failedAt: null,
    isTest: false,
    details: null,
    detailsVersion: -1,
    hasLeft: false,
  };
}

function anUpdate(id: string, version: number, matches = true): DeliveryUpdate {
  const { details: _, detailsVersion: __, hasLeft: ___, ...delivery } = aRow(id, version);
  return { cursor: '', matches, skipped: 0, delivery };
}

function openWindow(...ids: string[]): RowWindow {
  const window = new RowWindow(newestFirst);
  window.putFirstPage(
    ids.map(id => aRow(id)),
    false,
  );
  return window;
}

const idsOf = (window: RowWindow) => window.rows.map(row => row.id);

describe('the rows of the log', () => {
  test('RowWindow inserts new rows in order, updates rows in place, and removes rows that no longer match the filter', () => {
    const window = openWindow('c', 'a');
    expect(window.apply([anUpdate('d', 1), anUpdate('b', 1), anUpdate('a', 2)])).toBe(true);
    expect(idsOf(window)).toEqual(['d', 'c', 'b', 'a']);
    expect(window.rows.at(-1)?.version).toBe(2);
    window.apply([anUpdate('c', 2, false)]);
    expect(idsOf(window)).toEqual(['d', 'b', 'a']);
  });

  test('RowWindow removes rows that were created before the start of a time range that moves', () => {
    const window = openWindow('b', 'a');
    const createdMs = Date.parse('2026-11-27T10:00:00.000Z');
    expect(window.leaveBefore(createdMs)).toBe(false);
    window.isHeld = true;
    expect(window.leaveBefore(createdMs + 1)).toBe(true);
    expect(idsOf(window)).toEqual(['b', 'a']);
    window.isHeld = false;
    window.settle();
    expect(idsOf(window)).toEqual([]);
  });

  test('RowWindow marks only the details of unfinished deliveries as outdated', () => {
    const window = openWindow('c', 'b', 'a');
    const [c, b, a] = window.rows as [DeliveryRow, DeliveryRow, DeliveryRow];
    window.complete(
      ['c', 'b', 'a'],
      [
        { ...c, detailsVersion: 1 },
        { ...b, detailsVersion: 1, status: 'SUCCEEDED' },
        { ...a, detailsVersion: 1 },
      ],
    );
    expect(window.lacking(['c', 'b', 'a'])).toEqual([]);
    window.distrustUnfinished(['c', 'b']);
    expect(window.lacking(['c', 'b', 'a'])).toEqual(['c']);
  });

  test('RowWindow ignores an update with an older version than the row', () => {
    const window = openWindow('a');
    window.apply([anUpdate('a', 3)]);
    expect(window.apply([anUpdate('a', 2)])).toBe(false);
    expect(window.rows[0]?.version).toBe(3);
  });

  test('RowWindow counts new rows instead of inserting them while it is paused', () => {
    const window = openWindow('a');
    window.isHeld = true;
    window.apply([anUpdate('b', 1), anUpdate('c', 1)]);
    expect(idsOf(window)).toEqual(['a']);
    expect(window.waiting).toBe(2);
    window.settle();
    expect(idsOf(window)).toEqual(['c', 'b', 'a']);
    expect(window.waiting).toBe(0);
  });

  test('RowWindow keeps at most 2,000 rows while scrolling down', () => {
    const window = openWindow('z');
    const page = Array.from({ length: 2500 }, (_, index) => aRow(`m${String(2500 - index).padStart(4, '0')}`));
    window.append(page, true);
    expect(window.rows).toHaveLength(2000);
    expect(window.hasPrevious).toBe(true);
  });
});
