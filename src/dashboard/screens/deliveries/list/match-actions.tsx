import { MenuButton } from '../../../components/menu-button.tsx';
import type { Bulk } from '../../../features/bulk/use-bulk.tsx';
import { filterOfView, type View } from '../../../features/deliveries/filter/view.ts';
import { serverNowMs } from '../../../time/server-clock.ts';
import { messages } from '../messages.ts';

export interface MatchActionsProps {
  readonly view: View;
  readonly bulk: Bulk;
}

/** A menu with bulk actions on all deliveries that match the filter. */
export function MatchActions({ view, bulk }: MatchActionsProps) {
  const filter = () => filterOfView(view, serverNowMs());
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
          onAction: () => bulk.open('RETRY', filter()),
        },
        {
          id: 'replay',
          label: messages.replayAll,
          icon: 'replay',
          hint: messages.replayAllHint,
          onAction: () => bulk.open('REPLAY', filter()),
        },
      ]}
    />
  );
}
