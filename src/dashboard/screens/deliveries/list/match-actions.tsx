import { MenuButton } from '../../../components/menu-button.tsx';
import type { Bulk } from '../../../features/bulk/use-bulk.tsx';
import { filterOfView, type View } from '../../../features/deliveries/filter/view.ts';
import { serverNowMs } from '../../../time/server-clock.ts';

export interface MatchActionsProps {
  readonly view: View;
  readonly bulk: Bulk;
}

/** What can be done to all deliveries that match the filter. */
export function MatchActions({ view, bulk }: MatchActionsProps) {
  const filter = () => filterOfView(view, serverNowMs());
  return (
    <MenuButton
      button={{ tone: 'quiet', icon: 'chevronDown', children: 'Bulk actions' }}
      label="Bulk actions"
      entries={[
        {
          id: 'retry',
          label: 'Retry all…',
          icon: 'retry',
          hint: 'Failed or retrying deliveries',
          onAction: () => bulk.open('RETRY', filter()),
        },
        {
          id: 'replay',
          label: 'Replay all…',
          icon: 'replay',
          hint: 'Creates new deliveries of the same events',
          onAction: () => bulk.open('REPLAY', filter()),
        },
      ]}
    />
  );
}
