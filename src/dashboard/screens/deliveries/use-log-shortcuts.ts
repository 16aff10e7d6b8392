import type { RefObject } from 'react';
import { useShortcuts } from '../../components/use-shortcuts.ts';
import type { DeliveryRow } from '../../features/deliveries/log/delivery-row.ts';
import type { DeliveryActions } from '../../features/deliveries/use-delivery-actions.ts';
import { detailId } from './detail/detail-id.ts';
import type { useSelection } from './list/use-selection.ts';

export interface LogShortcutsOptions {
  readonly rows: readonly DeliveryRow[];
  /** The id of the delivery whose detail is open. Null if none is open. */
  readonly openId: string | null;
  readonly selection: ReturnType<typeof useSelection>;
  readonly actions: DeliveryActions;
  readonly gridRef: RefObject<HTMLDivElement | null>;
  /** Set to true when Enter opens the detail of a delivery, which then takes the focus once it has loaded. */
  readonly isEntering: RefObject<boolean>;
  /** Opens the detail of a delivery. Null closes it, and moves the focus to the list. */
  readonly onShow: (id: string | null) => void;
}

/**
 * The single-key shortcuts of the delivery log. They apply to the open delivery, or to the row of the keyboard cursor.
 */
export function useLogShortcuts(options: LogShortcutsOptions): void {
  const { rows, openId, selection, actions, gridRef, isEntering, onShow } = options;
  const activeId = openId ?? selection.cursor;
  const step = (by: 1 | -1) => {
    const index = rows.findIndex(row => row.id === activeId);
    const next = rows[index < 0 ? 0 : index + by];
    if (!next) return;
    gridRef.current?.focus({ preventScroll: true });
    selection.setCursor(next.id);
    if (openId) onShow(next.id);
  };
  const onActive = (act: (id: string) => void) => () => activeId && act(activeId);
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: onActive(id => {
      if (id === openId) return document.getElementById(detailId)?.focus();
      isEntering.current = true;
      onShow(id);
    }),
    r: onActive(id => void actions.retry(id)),
    R: onActive(id => void actions.replay(id)),
    x: onActive(id => selection.toggle(id, false)),
    X: onActive(id => selection.toggle(id, true)),
    '/': () => document.getElementById('delivery-search')?.focus(),
    Escape: () => {
      if (openId) onShow(null);
      else if (selection.selected.size > 0) selection.clear();
      else selection.setCursor(null);
    },
  });
}
