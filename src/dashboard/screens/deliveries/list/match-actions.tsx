import { MenuButton } from '../../../components/menu-button.tsx';
import { serverNowMs } from '../../../time/server-clock.ts';
import type { Bulk } from '../../operations/use-bulk.tsx';
import { filterOfView, type View } from '../filter/view.ts';

export interface MatchActionsProps {
  readonly view: View;
  readonly bulk: Bulk;
}

/** What can be done to everything that the log shows. */
export function MatchActions({ view, bulk }: MatchActionsProps) {
  const filter = () => filterOfView(view, serverNowMs());
  return (
    <MenuButton
      button={{ tone: 'quiet', icon: 'chevronDown', children: 'All that match' }}
      label="Everything that matches"
      entries={[
        {
          id: 'retry',
          label: 'Retry all…',
          icon: 'retry',
          hint: 'Those that failed, or wait for a retry',
          onAction: () => bulk.open('RETRY', filter()),
        },
        {
          id: 'replay',
          label: 'Replay all…',
          icon: 'replay',
          hint: 'As new deliveries of the same events',
          onAction: () => bulk.open('REPLAY', filter()),
        },
      ]}
    />
  );
}
