// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot hold rows that are placed by hand.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and points to the active row.
import { FlexRender, type Row } from '@tanstack/react-table';
import { memo } from 'react';
import type { DeliveryRow } from '../../../features/deliveries/log/delivery-row.ts';
import type { features } from './columns.tsx';

export interface ListRowProps {
  readonly row: Row<typeof features, DeliveryRow>;
  /** Its place in the whole list, from 0. */
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly top: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onOpen: (id: string) => void;
  readonly onSelect: (id: string, isRange: boolean) => void;
}

/** One delivery. Drawn again only where its row object is another: at hundreds of updates a second most are not. */
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
      className={`log-row${isActive ? ' is-active' : ''}${isSelected ? ' is-selected' : ''}${hasLeft ? ' has-left' : ''}`}
      role="row"
      id={`row-${id}`}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(id)}
    >
      <div role="gridcell" className="log-cell log-cell-select">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select ${eventType} ${id}`}
          checked={isSelected}
          onChange={() => undefined}
          onClick={event => {
            event.stopPropagation();
            onSelect(id, event.shiftKey);
          }}
        />
      </div>
      {row.getAllCells().map(cell => (
        <div key={cell.id} role="gridcell" className={`log-cell log-cell-${cell.column.id}`}>
          <FlexRender cell={cell} />
        </div>
      ))}
    </div>
  );
}
