import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../../api/outcome.ts';
import { Button } from '../../../components/button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { notify } from '../../../components/toasts.tsx';
import { RetryMutation } from '../use-delivery-actions.ts';

export interface SelectionBarProps {
  readonly selected: ReadonlySet<string>;
  readonly mayManage: boolean;
  readonly onClear: () => void;
}

/** What can be done to the rows that are selected. */
export function SelectionBar({ selected, mayManage, onClear }: SelectionBarProps) {
  const [, retry] = useMutation(RetryMutation);
  const [isPending, setIsPending] = useState(false);
  const retryAll = async () => {
    setIsPending(true);
    let done = 0;
    for (const id of selected) {
      const { data, error } = await retry({ id });
      if (readOutcome(data?.retryDelivery, error).ok) done += 1;
    }
    setIsPending(false);
    const left = selected.size - done;
    notify(left > 0 ? 'error' : 'success', `${done} retried${left > 0 ? `, ${left} could not be` : ''}.`);
    onClear();
  };
  return (
    <div className="log-selection" role="toolbar" aria-label="Selected deliveries">
      <strong>{selected.size} selected</strong>
      {mayManage && (
        <Button icon="retry" isPending={isPending} onPress={retryAll}>
          Retry
        </Button>
      )}
      <CopyButton what="ids" text={() => [...selected].join('\n')}>
        Copy ids
      </CopyButton>
      <Button tone="quiet" icon="close" label="Clear the selection" onPress={onClear} />
    </div>
  );
}
