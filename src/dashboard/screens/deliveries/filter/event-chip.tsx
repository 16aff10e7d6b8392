import { Link } from 'wouter';
import { Button } from '../../../components/button.tsx';
import chipStyles from '../../../components/chip.module.css';
import { classNames } from '../../../components/class-names.ts';
import { messages } from '../messages.ts';

export interface EventChipProps {
  readonly eventIds: readonly string[];
  readonly onClear: () => void;
}

/**
 * A chip with the events by which the log is filtered, each with a link to its page. Renders nothing without such a
 * filter.
 */
export function EventChip({ eventIds, onClear }: EventChipProps) {
  if (eventIds.length === 0) return null;
  return (
    <div className={classNames(chipStyles.chip, chipStyles.isActive)}>
      <span className={chipStyles.button}>
        <span>{messages.event}</span>
        {eventIds.map(id => (
          <Link key={id} className={classNames(chipStyles.value)} href={`/events/${id}`} title={id}>
            …{id.slice(-8)}
          </Link>
        ))}
      </span>
      <Button tone="quiet" icon="close" aria-label={messages.clearEvent} onPress={onClear} />
    </div>
  );
}
