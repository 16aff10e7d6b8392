import { Link } from 'wouter';
import { Button } from '../../../components/button.tsx';
import chipStyles from '../../../components/chip.module.css';
import { classNames } from '../../../components/class-names.ts';
import { messages } from '../messages.ts';

export interface OperationChipProps {
  readonly operationIds: readonly string[];
  readonly onClear: () => void;
}

/**
 * A chip with the bulk operations by which the log is filtered, each with a link to its page. Renders nothing without
 * such a filter.
 */
export function OperationChip({ operationIds, onClear }: OperationChipProps) {
  if (operationIds.length === 0) return null;
  return (
    <div className={classNames(chipStyles.chip, chipStyles.isActive)}>
      <span className={chipStyles.button}>
        <span>{messages.bulkOperation}</span>
        {operationIds.map(id => (
          <Link key={id} className={classNames(chipStyles.value)} href={`/operations/${id}`} title={id}>
            …{id.slice(-8)}
          </Link>
        ))}
      </span>
      <Button tone="quiet" icon="close" aria-label={messages.clearBulkOperation} onPress={onClear} />
    </div>
  );
}
