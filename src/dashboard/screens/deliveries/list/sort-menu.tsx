import { MenuButton } from '../../../components/menu-button.tsx';
import type { DeliveryOrder } from '../../../generated/graphql.ts';
import { messages } from '../messages.ts';

export interface SortMenuProps {
  readonly order: DeliveryOrder;
  readonly onOrder: (order: DeliveryOrder) => void;
}

const entries = [
  { label: messages.newestFirst, order: { field: 'CREATED_AT', direction: 'DESC' } },
  { label: messages.oldestFirst, order: { field: 'CREATED_AT', direction: 'ASC' } },
  { label: messages.statusFailedFirst, order: { field: 'STATUS', direction: 'DESC' } },
  { label: messages.statusPendingFirst, order: { field: 'STATUS', direction: 'ASC' } },
  { label: messages.responseHighestFirst, order: { field: 'RESPONSE_STATUS', direction: 'DESC' } },
  { label: messages.responseLowestFirst, order: { field: 'RESPONSE_STATUS', direction: 'ASC' } },
  { label: messages.latencySlowestFirst, order: { field: 'LATENCY', direction: 'DESC' } },
  { label: messages.latencyFastestFirst, order: { field: 'LATENCY', direction: 'ASC' } },
] as const satisfies readonly { readonly label: string; readonly order: DeliveryOrder }[];

/** A menu for the order of the list. Keyboard users need it, because the list with its header is a single tab stop. */
export function SortMenu({ order, onOrder }: SortMenuProps) {
  const current = entries.find(each => each.order.field === order.field && each.order.direction === order.direction);
  return (
    <MenuButton
      button={{ tone: 'quiet', icon: 'arrowDown', children: current?.label ?? messages.sort }}
      label={messages.sortDeliveries}
      entries={entries.map(entry => ({
        id: entry.label,
        label: entry.label,
        onAction: () => onOrder(entry.order),
      }))}
    />
  );
}
