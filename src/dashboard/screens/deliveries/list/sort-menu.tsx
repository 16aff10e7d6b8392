import { MenuButton } from '../../../components/menu-button.tsx';
import type { DeliveryOrder } from '../../../generated/graphql.ts';

export interface SortMenuProps {
  readonly order: DeliveryOrder;
  readonly onOrder: (order: DeliveryOrder) => void;
}

const entries = [
  { label: 'Newest first', order: { field: 'CREATED_AT', direction: 'DESC' } },
  { label: 'Oldest first', order: { field: 'CREATED_AT', direction: 'ASC' } },
  { label: 'Status, failed first', order: { field: 'STATUS', direction: 'DESC' } },
  { label: 'Status, pending first', order: { field: 'STATUS', direction: 'ASC' } },
  { label: 'Response, highest first', order: { field: 'RESPONSE_STATUS', direction: 'DESC' } },
  { label: 'Response, lowest first', order: { field: 'RESPONSE_STATUS', direction: 'ASC' } },
  { label: 'Latency, slowest first', order: { field: 'LATENCY', direction: 'DESC' } },
  { label: 'Latency, fastest first', order: { field: 'LATENCY', direction: 'ASC' } },
] as const satisfies readonly { readonly label: string; readonly order: DeliveryOrder }[];

/** The order of the list. The keyboard changes it here: the list itself, with its header, is one tab stop. */
export function SortMenu({ order, onOrder }: SortMenuProps) {
  const current = entries.find(each => each.order.field === order.field && each.order.direction === order.direction);
  return (
    <MenuButton
      button={{ tone: 'quiet', icon: 'arrowDown', children: current?.label ?? 'Sort' }}
      label="Sort deliveries"
      entries={entries.map(entry => ({
        id: entry.label,
        label: entry.label,
        onAction: () => onOrder(entry.order),
      }))}
    />
  );
}
