import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { DeliveryRow } from '../../../features/deliveries/log/delivery-row.ts';

export interface SteadyScrollOptions {
  readonly element: RefObject<HTMLElement | null>;
  readonly rows: readonly DeliveryRow[];
  readonly rowHeight: number;
  /** Whether the list is scrolled. Reading it from the element instead would force a layout at each change. */
  readonly isScrolled: boolean;
}

/**
 * Adjusts the scroll position when rows above the first visible row are inserted or removed, so that the visible rows
 * do not move. If the list is not scrolled, new rows appear at the top.
 */
export function useSteadyScroll({ element, rows, rowHeight, isScrolled }: SteadyScrollOptions): void {
  const previous = useRef(rows);
  useLayoutEffect(() => {
    const before = previous.current;
    previous.current = rows;
    const scroller = element.current;
    if (!scroller || before === rows || !isScrolled) return;
    const index = Math.floor(scroller.scrollTop / rowHeight);
    const id = before[index]?.id;
    const now = id === undefined || rows[index]?.id === id ? -1 : rows.findIndex(row => row.id === id);
    if (now >= 0) scroller.scrollTop += (now - index) * rowHeight;
  }, [element, rows, rowHeight, isScrolled]);
}
