import { describe, expect, test } from 'vitest';
import { selectionUnder, toggleRow } from '../../../src/dashboard/screens/deliveries/list/selection.ts';

const rows = ['a', 'b', 'c', 'd'];
const none = { filterKey: 'failed', selected: new Set<string>(), anchor: null };

describe('the selection', () => {
  test('toggleRow selects a row, deselects it, and selects a range from the last selected row in either direction', () => {
    const one = toggleRow(none, rows, 'c', false);
    expect([...one.selected]).toEqual(['c']);
    expect([...toggleRow(one, rows, 'c', false).selected]).toEqual([]);
    expect([...toggleRow(one, rows, 'a', true).selected].sort()).toEqual(['a', 'b', 'c']);
    expect([...toggleRow(one, rows, 'd', true).selected].sort()).toEqual(['c', 'd']);
  });

  test('toggleRow selects one row if the row at which the range starts is no longer in the list', () => {
    const one = toggleRow(none, rows, 'a', false);
    expect([...toggleRow(one, ['b', 'c', 'd'], 'd', true).selected].sort()).toEqual(['a', 'd']);
  });

  test('selectionUnder returns the selection for the filter under which it was made, and an empty one for another filter', () => {
    const one = toggleRow(none, rows, 'a', false);
    expect(selectionUnder(one, 'failed')).toBe(one);
    expect(selectionUnder(one, 'all')).toEqual({ filterKey: 'all', selected: new Set(), anchor: null });
  });
});
