/** The selected rows, and the row from which a range is selected. Ids, so that rows may come and go. */
export interface Selection {
  /** The filter under which the rows were selected: see `keyOfFilter`. */
  readonly filterKey: string;
  readonly selected: ReadonlySet<string>;
  readonly anchor: string | null;
}

/** The selection under a filter: empty if the rows were selected under another one. */
export function selectionUnder(selection: Selection, filterKey: string): Selection {
  return selection.filterKey === filterKey ? selection : { filterKey, selected: new Set(), anchor: null };
}

/** Adds a row or removes it. `isRange` adds all rows from the last toggled one to this one, if both are in the list. */
export function toggleRow(selection: Selection, rowIds: readonly string[], id: string, isRange: boolean): Selection {
  const selected = new Set(selection.selected);
  const from = isRange && selection.anchor !== null ? rowIds.indexOf(selection.anchor) : -1;
  const to = rowIds.indexOf(id);
  if (from >= 0 && to >= 0) {
    for (const each of rowIds.slice(Math.min(from, to), Math.max(from, to) + 1)) selected.add(each);
  } else if (!selected.delete(id)) selected.add(id);
  return { ...selection, selected, anchor: id };
}
