import { MenuButton } from '../../../components/menu-button.tsx';
import type { Bulk } from '../../../features/bulk/use-bulk.tsx';
import type { DeliveryFilter } from '../../../generated/graphql.ts';
import { messages } from '../messages.ts';

export interface MatchActionsProps {
  /** Returns the filter of the log. */
  readonly readFilter: () => DeliveryFilter;
  readonly bulk: Bulk;
}

/** A menu with bulk actions on all deliveries that match the filter. */
export function MatchActions({ readFilter, bulk }: MatchActionsProps) {
  return (
    <MenuButton
      button={{ tone: 'quiet', icon: 'chevronDown', children: messages.bulkActions }}
      label={messages.bulkActions}
      entries={[
        {
          id: 'retry',
          label: messages.retryAll,
          icon: 'retry',
          hint: messages.retryAllHint,
          onAction: () => bulk.open('RETRY', readFilter()),
        },
        {
          id: 'replay',
          label: messages.replayAll,
          icon: 'replay',
          hint: messages.replayAllHint,
          onAction: () => bulk.open('REPLAY', readFilter()),
        },
      ]}
    />
  );
}
