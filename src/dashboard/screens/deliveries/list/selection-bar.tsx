import { useState } from 'react';
import { useSettings } from '../../../api/settings.ts';
import { Button } from '../../../components/button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import type { Bulk } from '../../../features/bulk/use-bulk.tsx';
import type { DeliveryFilter } from '../../../generated/graphql.ts';
import { formatCount } from '../../../intl.ts';
import { messages } from '../messages.ts';
import styles from './delivery-list.module.css';

export interface SelectionBarProps {
  readonly selected: ReadonlySet<string>;
  /** Returns the filter of the log. The user can extend the selection to all deliveries that match it. */
  readonly readFilter: () => DeliveryFilter;
  /** The number of matching deliveries, such as `2,238` or `10,000+`. '' until it is known. */
  readonly matching: string;
  readonly bulk: Bulk;
  readonly mayManage: boolean;
  readonly onClear: () => void;
}

/** A bar with actions on the selected rows, or on all deliveries that match the filter. */
export function SelectionBar({ selected, readFilter, matching, bulk, mayManage, onClear }: SelectionBarProps) {
  const { settings } = useSettings();
  const [isWhole, setIsWhole] = useState(false);
  const filter = (): DeliveryFilter => (isWhole ? readFilter() : { ids: [...selected] });
  const count = matching && ` ${matching}`;
  const isTooMany = !isWhole && settings !== null && selected.size > settings.maxFilterEntries;
  return (
    <div className={styles.selection} role="toolbar" aria-label={messages.selectedDeliveries}>
      <strong>{isWhole ? messages.allMatching(count) : messages.selectedCount(formatCount(selected.size))}</strong>
      {mayManage && (
        <>
          <Button tone="quiet" onPress={() => setIsWhole(!isWhole)}>
            {isWhole ? messages.onlyTheSelected(formatCount(selected.size)) : messages.selectAllMatching(count)}
          </Button>
          <Button icon="retry" isDisabled={isTooMany} onPress={() => bulk.open('RETRY', filter())}>
            {messages.retry}
          </Button>
          <Button icon="replay" isDisabled={isTooMany} onPress={() => bulk.open('REPLAY', filter())}>
            {messages.replay}
          </Button>
        </>
      )}
      {!isWhole && <CopyButton what={messages.idsToCopy} text={() => [...selected].join('\n')} />}
      <Button tone="quiet" icon="close" label={messages.clearSelection} onPress={onClear} />
    </div>
  );
}
