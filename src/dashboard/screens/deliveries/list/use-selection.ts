import { useCallback, useRef, useState } from 'react';
import type { DeliveryRow } from '../../../features/deliveries/log/delivery-row.ts';
import { type Selection, selectionUnder, toggleRow } from './selection.ts';

/** The selected rows and the row of the keyboard cursor. A change of the filter clears the selection. */
export function useSelection(rows: readonly DeliveryRow[], filterKey: string) {
  const [kept, setKept] = useState<Selection>({ filterKey, selected: new Set(), anchor: null });
  const [cursor, setCursor] = useState<string | null>(null);
  const selection = selectionUnder(kept, filterKey);
  const latest = useRef({ rows, filterKey });
  latest.current = { rows, filterKey };

  const toggle = useCallback((id: string, isRange: boolean) => {
    const { rows: shown, filterKey: key } = latest.current;
    const ids = shown.map(row => row.id);
    setKept(before => toggleRow(selectionUnder(before, key), ids, id, isRange));
  }, []);
  const clear = useCallback(
    () => setKept({ filterKey: latest.current.filterKey, selected: new Set(), anchor: null }),
    [],
  );
  return { selected: selection.selected, toggle, clear, cursor, setCursor };
}
