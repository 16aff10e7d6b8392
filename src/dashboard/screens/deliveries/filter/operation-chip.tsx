import { Link } from 'wouter';
import { Button } from '../../../components/button.tsx';

export interface OperationChipProps {
  readonly operationIds: readonly string[];
  readonly onClear: () => void;
}

/** The bulk operations that the log is filtered by, each with a link to its page. Nothing if there are none. */
export function OperationChip({ operationIds, onClear }: OperationChipProps) {
  if (operationIds.length === 0) return null;
  return (
    <div className="chip is-active">
      <span className="chip-button">
        <span className="chip-label">Bulk operation</span>
        {operationIds.map(id => (
          <Link key={id} className="chip-value" href={`/operations/${id}`} title={id}>
            …{id.slice(-8)}
          </Link>
        ))}
      </span>
      <Button tone="quiet" icon="close" aria-label="Clear bulk operation" onPress={onClear} />
    </div>
  );
}
