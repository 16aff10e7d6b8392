import { Badge, type BadgeTone } from '../../components/badge.tsx';
import type { EndpointStatus as Status } from '../../generated/graphql.ts';

const looks: Record<Status, readonly [word: string, tone: BadgeTone]> = {
  ENABLED: ['Enabled', 'success'],
  PAUSED: ['Paused', 'warning'],
  DISABLED: ['Disabled', 'neutral'],
};

/** An endpoint's status in the words of the dashboard. */
export function endpointStatusWord(status: Status): string {
  return looks[status][0];
}

export interface EndpointStatusProps {
  readonly status: Status;
  /** `EndpointHealth.isFailing`: shown while the endpoint is enabled. Default: false. */
  readonly isFailing?: boolean;
  readonly isDeleted?: boolean;
}

/** The state of an endpoint: deleted, failing, or its status. */
export function EndpointStatus({ status, isFailing = false, isDeleted = false }: EndpointStatusProps) {
  const [word, tone] = isDeleted
    ? (['Deleted', 'neutral'] as const)
    : isFailing && status === 'ENABLED'
      ? (['Failing', 'danger'] as const)
      : looks[status];
  return (
    <Badge tone={tone} dot>
      {word}
    </Badge>
  );
}
