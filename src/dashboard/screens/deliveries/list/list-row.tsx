// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot hold rows that are placed by hand.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and points to the active row.

import { FlexRender, type Row } from '@tanstack/react-table';
import { memo } from 'react';
import { classNames } from '../../../components/class-names.ts';
import type { DeliveryRow } from '../../../features/deliveries/log/delivery-row.ts';
import { messages } from '../messages.ts';
import type { features } from './columns.tsx';
import styles from './delivery-list.module.css';

export interface ListRowProps {
  readonly row: Row<typeof features, DeliveryRow>;
  /** The index of the row in the whole list, starting at 0. */
  readonly index: number;
  /** The distance from the top of the list in pixels. */
  readonly top: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onOpen: (id: string) => void;
  readonly onSelect: (id: string, isRange: boolean) => void;
}

/**
 * A row of the delivery log. It renders again only if its row object has changed, because an update changes few rows.
 */
export const ListRow = memo(DrawnRow, (before, after) => {
  const { row, ...rest } = before;
  return (
    row.original === after.row.original &&
    Object.entries(rest).every(([key, value]) => Object.is(value, after[key as keyof ListRowProps]))
  );
});

function DrawnRow({ row, index, top, isActive, isSelected, onOpen, onSelect }: ListRowProps) {
  const { id, eventType, hasLeft } = row.original;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the screen's shortcuts open the active row, and the grid has the focus.
    <div
      className={classNames(
        styles.row,
        isActive && styles.isActive,
        isSelected && styles.isSelected,
        hasLeft && styles.hasLeft,
      )}
      role="row"
      id={`row-${id}`}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(id)}
    >
      <div role="gridcell" className={styles.cell} data-column="select">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={messages.selectRow(eventType, id)}
          checked={isSelected}
          onChange={() => undefined}
          onClick={event => {
            event.stopPropagation();
            onSelect(id, event.shiftKey);
          }}
        />
      </div>
      {row.getAllCells().map(cell => (
        <div key={cell.id} role="gridcell" className={styles.cell} data-column={cell.column.id}>
          <FlexRender cell={cell} />
        </div>
      ))}
    </div>
  );
}
