import { MenuButton } from '../../components/menu-button.tsx';
import { formatMinute } from '../../time/format-time.ts';
import { messages } from './messages.ts';

const sinceChoices = [
  { time: '1h', label: messages.theLastHour },
  { time: '24h', label: messages.theLast24Hours },
  { time: '7d', label: messages.theLast7Days },
  { time: '', label: messages.theBeginning },
] as const;

export interface RetrySinceProps {
  /** The endpoint whose deliveries are retried. Null: all endpoints. */
  readonly endpointName: string | null;
  /** When the endpoint began to fail; null: it does not, or all endpoints are meant. */
  readonly failingSince: string | null;
  /** Called with the time that was chosen, as a view says it. */
  readonly onRetry: (time: string) => void;
}

/** Retries everything that failed or is retrying since a time, in one action that asks for confirmation. */
export function RetrySince({ endpointName, failingSince, onRetry }: RetrySinceProps) {
  const label = messages.retryEverythingOf(endpointName === null ? '' : ` (${endpointName})`);
  return (
    <MenuButton
      button={{ icon: 'retry', children: messages.retryEverything, 'aria-label': label }}
      label={label}
      entries={[
        ...(failingSince === null
          ? []
          : [
              {
                id: 'failing',
                label: messages.sinceItBeganToFail,
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
