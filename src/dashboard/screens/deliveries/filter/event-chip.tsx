import { Link } from 'wouter';
import { Button } from '../../../components/button.tsx';

export interface EventChipProps {
  readonly eventIds: readonly string[];
  readonly onClear: () => void;
}

/** The events that the log is filtered by, each with a link to its page. Nothing if there are none. */
export function EventChip({ eventIds, onClear }: EventChipProps) {
  if (eventIds.length === 0) return null;
  return (
    <div className="chip is-active">
      <span className="chip-button">
        <span className="chip-label">Event</span>
        {eventIds.map(id => (
          <Link key={id} className="chip-value" href={`/events/${id}`} title={id}>
            …{id.slice(-8)}
          </Link>
        ))}
      </span>
      <Button tone="quiet" icon="close" aria-label="Clear event" onPress={onClear} />
    </div>
  );
}
