import { MenuButton } from '../../components/menu-button.tsx';
import { formatMinute } from '../../time/format-time.ts';

const sinceChoices = [
  { time: '1h', label: 'The last hour' },
  { time: '24h', label: 'The last 24 hours' },
  { time: '7d', label: 'The last 7 days' },
  { time: '', label: 'The beginning' },
] as const;

export interface RetrySinceProps {
  /** What is retried: an endpoint's name; null: everything. */
  readonly endpointName: string | null;
  /** When the endpoint began to fail; null: it does not, or all endpoints are meant. */
  readonly failingSince: string | null;
  /** Called with the time that was chosen, as a view says it. */
  readonly onRetry: (time: string) => void;
}

/** Retries everything that failed or is retrying since a time, in one action that asks for confirmation. */
export function RetrySince({ endpointName, failingSince, onRetry }: RetrySinceProps) {
  const label = `Retry everything since…${endpointName === null ? '' : ` (${endpointName})`}`;
  return (
    <MenuButton
      button={{ icon: 'retry', children: 'Retry everything since…', 'aria-label': label }}
      label={label}
      entries={[
        ...(failingSince === null
          ? []
          : [
              {
                id: 'failing',
                label: 'It began to fail',
                hint: formatMinute(failingSince),
                onAction: () => onRetry(`${failingSince}/`),
              },
            ]),
        ...sinceChoices.map(({ time, label: text }) => ({
          id: time || 'all',
          label: text,
          onAction: () => onRetry(time),
        })),
      ]}
    />
  );
}
