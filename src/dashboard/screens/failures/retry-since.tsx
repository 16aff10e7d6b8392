import { MenuButton } from '../../components/menu-button.tsx';
import { formatMinute } from '../../time/format-time.ts';
import { messages } from './messages.ts';

const sinceChoices = [
  { time: '1h', label: messages.sinceTheLastHour },
  { time: '24h', label: messages.sinceTheLast24Hours },
  { time: '7d', label: messages.sinceTheLast7Days },
  { time: '', label: messages.sinceTheBeginning },
] as const;

export interface RetrySinceProps {
  /** The name of the endpoint whose deliveries are retried. Null if the deliveries of all endpoints are retried. */
  readonly endpointName: string | null;
  /** When the endpoint started to fail. Null if it is not failing, or if `endpointName` is null. */
  readonly failingSince: string | null;
  /** Called with the chosen start, as a time filter of the delivery log. */
  readonly onRetry: (time: string) => void;
}

/** A menu that retries all failed and retrying deliveries since a time, after a confirmation. */
export function RetrySince({ endpointName, failingSince, onRetry }: RetrySinceProps) {
  const label = messages.retrySinceOf(endpointName === null ? '' : ` (${endpointName})`);
  return (
    <MenuButton
      button={{ icon: 'retry', children: messages.retrySince, 'aria-label': label }}
      label={label}
      entries={[
        ...(failingSince === null
          ? []
          : [
              {
                id: 'failing',
                label: messages.failureStart,
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
