import { useCallback, useRef, useState } from 'react';
import type { DeliveryRow } from '../log/delivery-row.ts';

/** Which rows are selected, and which one the keyboard is at: by id, so that rows may come and go. */
export function useSelection(rows: readonly DeliveryRow[]) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<string | null>(null);
  const anchor = useRef<string | null>(null);
  const latest = useRef(rows);
  latest.current = rows;

  /** Selects a row or takes it out; with `isRange` selects all from the last one to this. */
  const toggle = useCallback((id: string, isRange: boolean) => {
    const from = isRange ? latest.current.findIndex(row => row.id === anchor.current) : -1;
    const to = latest.current.findIndex(row => row.id === id);
    anchor.current = id;
    setSelected(before => {
      const after = new Set(before);
      if (from >= 0 && to >= 0) {
        for (const row of latest.current.slice(Math.min(from, to), Math.max(from, to) + 1)) after.add(row.id);
      } else if (!after.delete(id)) after.add(id);
      return after;
    });
  }, []);
  const clear = useCallback(() => setSelected(new Set()), []);
  return { selected, toggle, clear, cursor, setCursor };
}
