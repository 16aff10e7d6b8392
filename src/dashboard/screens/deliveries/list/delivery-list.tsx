// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot hold rows that are placed by hand.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and points to the active row.

import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '../../../components/button.tsx';
import { classNames } from '../../../components/class-names.ts';
import { Icon } from '../../../components/icons.tsx';
import type { DeliveryLog, DeliveryLogState } from '../../../features/deliveries/log/delivery-log.ts';
import type { DeliveryOrder } from '../../../generated/graphql.ts';
import { formatCount } from '../../../intl.ts';
import { messages } from '../messages.ts';
import { columns, features, sortFields } from './columns.tsx';
import styles from './delivery-list.module.css';
import { ListRow } from './list-row.tsx';
import { useSteadyScroll } from './use-steady-scroll.ts';

export interface DeliveryListProps {
  readonly log: DeliveryLog;
  readonly state: DeliveryLogState;
  readonly order: DeliveryOrder;
  readonly onOrder: (order: DeliveryOrder) => void;
  readonly activeId: string | null;
  readonly selected: ReadonlySet<string>;
  readonly onOpen: (id: string) => void;
  readonly onSelect: (id: string, isRange: boolean) => void;
  readonly gridRef: RefObject<HTMLDivElement | null>;
}

/** The height of a row in pixels, equal to `--row-height` in the CSS. */
const rowHeight = 52;
/** A page is loaded when the visible rows are this many rows from the first or last loaded one. */
const reach = 25;

/** The rows of the delivery log. Only the visible rows are in the DOM. */
export function DeliveryList(props: DeliveryListProps) {
  const { log, state, order, onOrder, activeId, selected, onOpen, onSelect, gridRef } = props;
  const { rows, hasNext, hasPrevious, waiting, isLoadingMore } = state;
  const [isPointed, setIsPointed] = useState(false);
  const [isScrolled, setIsScrolled] = useState(false);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => gridRef.current,
    estimateSize: () => rowHeight,
    getItemKey: index => rows[index]?.id ?? index,
    overscan: 8,
  });
  const items = virtualizer.getVirtualItems();
  const table = useTable({
    features,
    columns,
    data: items.flatMap(({ index }) => rows[index] ?? []),
    getRowId: row => row.id,
  });
  useSteadyScroll({ element: gridRef, rows, rowHeight, isScrolled });

  const isHeld = isPointed || isScrolled || activeId !== null;
  useEffect(() => log.hold(isHeld), [log, isHeld]);

  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    log.see(rows.slice(first, last + 1).map(row => row.id));
    if (hasNext && last >= rows.length - reach) void log.loadNext();
    if (hasPrevious && first < reach) void log.loadPrevious();
  }, [log, rows, first, last, hasNext, hasPrevious]);

  const activeIndex = activeId === null ? -1 : rows.findIndex(row => row.id === activeId);
  const scrolledTo = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (scrolledTo.current === activeId || activeIndex < 0) return;
    scrolledTo.current = activeId;
    virtualizer.scrollToIndex(activeIndex, { align: 'auto' });
  }, [virtualizer, activeId, activeIndex]);

  const goToTop = async () => {
    await log.showWaiting();
    gridRef.current?.scrollTo({ top: 0 });
  };
  return (
    <div
      className={styles.list}
      onPointerEnter={event => setIsPointed(event.pointerType === 'mouse')}
      onPointerLeave={() => setIsPointed(false)}
    >
      {(waiting > 0 || hasPrevious) && (
        <div className={styles.pill}>
          <Button tone="primary" icon="arrowUp" onPress={goToTop}>
            {waiting > 0 ? messages.newCount(formatCount(waiting)) : messages.backToTop}
          </Button>
        </div>
      )}
      <div
        className={styles.grid}
        role="grid"
        aria-label={messages.deliveries}
        aria-rowcount={hasNext ? -1 : rows.length + 1}
        aria-activedescendant={activeIndex >= 0 ? `row-${activeId}` : undefined}
        aria-busy={isLoadingMore}
        tabIndex={0}
        ref={gridRef}
        onScroll={event => setIsScrolled(event.currentTarget.scrollTop > 4)}
      >
        <div className={classNames(styles.row, styles.header)} role="row" aria-rowindex={1}>
          <div role="columnheader" className={styles.cell} data-column="select">
            <span className="visually-hidden">{messages.selected}</span>
          </div>
          {table.getHeaderGroups()[0]?.headers.map(header => (
            <HeaderCell key={header.id} id={header.column.id} order={order} onOrder={onOrder}>
              {String(header.column.columnDef.header)}
            </HeaderCell>
          ))}
        </div>
        <div className={styles.body} role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
          {table.getRowModel().rows.map((row, position) => (
            <ListRow
              key={row.id}
              row={row}
              index={items[position]?.index ?? 0}
              top={items[position]?.start ?? 0}
              isActive={row.id === activeId}
              isSelected={selected.has(row.id)}
              onOpen={onOpen}
              onSelect={onSelect}
            />
          ))}
        </div>
        {isLoadingMore && <p className={styles.more}>{messages.loadingMore}</p>}
        {!hasNext && rows.length > 20 && <p className={styles.more}>{messages.endOfList}</p>}
      </div>
    </div>
  );
}

interface HeaderCellProps {
  readonly id: string;
  readonly order: DeliveryOrder;
  readonly onOrder: (order: DeliveryOrder) => void;
  readonly children: string;
}

function HeaderCell({ id, order, onOrder, children }: HeaderCellProps) {
  const field = sortFields[id];
  if (!field) {
    return (
      <div role="columnheader" className={styles.cell} data-column={id}>
        {children}
      </div>
    );
  }
  const isSorted = order.field === field;
  const flipped = isSorted && order.direction === 'DESC' ? 'ASC' : 'DESC';
  return (
    <div
      role="columnheader"
      className={styles.cell}
      data-column={id}
      aria-sort={isSorted ? (order.direction === 'ASC' ? 'ascending' : 'descending') : 'none'}
    >
      <button
        type="button"
        className={styles.sort}
        tabIndex={-1}
        onClick={() => onOrder({ field, direction: flipped })}
      >
        {children}
        {isSorted && <Icon name={order.direction === 'ASC' ? 'arrowUp' : 'arrowDown'} />}
      </button>
    </div>
  );
}
