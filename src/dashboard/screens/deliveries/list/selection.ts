/** The ids of the selected rows, and the id of the row at which a range selection starts. */
export interface Selection {
  /** The `keyOfFilter` of the filter under which the rows were selected. */
  readonly filterKey: string;
  readonly selected: ReadonlySet<string>;
  readonly anchor: string | null;
}

/** Returns the selection for a filter. It is empty if the rows were selected under another filter. */
export function selectionUnder(selection: Selection, filterKey: string): Selection {
  return selection.filterKey === filterKey ? selection : { filterKey, selected: new Set(), anchor: null };
}

/**
 * Selects or deselects a row. With `isRange`, selects all rows from the last toggled one to this one, if both are in
 * the list.
 */
export function toggleRow(selection: Selection, rowIds: readonly string[], id: string, isRange: boolean): Selection {
  const selected = new Set(selection.selected);
  const from = isRange && selection.anchor !== null ? rowIds.indexOf(selection.anchor) : -1;
  const to = rowIds.indexOf(id);
  if (from >= 0 && to >= 0) {
    for (const each of rowIds.slice(Math.min(from, to), Math.max(from, to) + 1)) selected.add(each);
  } else if (!selected.delete(id)) selected.add(id);
  return { ...selection, selected, anchor: id };
}
