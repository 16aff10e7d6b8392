import { useState } from 'react';
import { useSettings } from '../../../api/settings.ts';
import { Button } from '../../../components/button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import type { Bulk } from '../../../features/bulk/use-bulk.tsx';
import { filterOfView, type View } from '../../../features/deliveries/filter/view.ts';
import type { DeliveryFilter } from '../../../generated/graphql.ts';
import { serverNowMs } from '../../../time/server-clock.ts';

export interface SelectionBarProps {
  readonly selected: ReadonlySet<string>;
  /** What the log shows: the selection can be widened to all of it. */
  readonly view: View;
  /** How many deliveries match, such as `2,238` or `10,000+`; '' until that is known. */
  readonly matching: string;
  readonly bulk: Bulk;
  readonly mayManage: boolean;
  readonly onClear: () => void;
}

/** Actions on the selected rows, or on all deliveries that match the filter. */
export function SelectionBar({ selected, view, matching, bulk, mayManage, onClear }: SelectionBarProps) {
  const { settings } = useSettings();
  const [isWhole, setIsWhole] = useState(false);
  const filter = (): DeliveryFilter => (isWhole ? filterOfView(view, serverNowMs()) : { ids: [...selected] });
  const count = matching && ` ${matching}`;
  const isTooMany = !isWhole && settings !== null && selected.size > settings.maxFilterEntries;
  return (
    <div className="log-selection" role="toolbar" aria-label="Selected deliveries">
      <strong>{isWhole ? `All${count} matching` : `${selected.size.toLocaleString('en')} selected`}</strong>
      {mayManage && (
        <>
          <Button tone="quiet" onPress={() => setIsWhole(!isWhole)}>
            {isWhole ? `Only the ${selected.size.toLocaleString('en')} selected` : `Select all${count} matching`}
          </Button>
          <Button icon="retry" isDisabled={isTooMany} onPress={() => bulk.open('RETRY', filter())}>
            Retry
          </Button>
          <Button icon="replay" isDisabled={isTooMany} onPress={() => bulk.open('REPLAY', filter())}>
            Replay
          </Button>
        </>
      )}
      {!isWhole && <CopyButton what="IDs" text={() => [...selected].join('\n')} />}
      <Button tone="quiet" icon="close" label="Clear selection" onPress={onClear} />
    </div>
  );
}
