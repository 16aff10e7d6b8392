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
  /** Since when every attempt fails; null: they do not. Counts while it is enabled. */
  readonly failingSince?: string | null | undefined;
  readonly isDeleted?: boolean;
}

/** How an endpoint stands: deleted before failing, failing before its status. */
export function EndpointStatus({ status, failingSince = null, isDeleted = false }: EndpointStatusProps) {
  const [word, tone] = isDeleted
    ? (['Deleted', 'neutral'] as const)
    : failingSince !== null && status === 'ENABLED'
      ? (['Failing', 'danger'] as const)
      : looks[status];
  return (
    <Badge tone={tone} dot>
      {word}
    </Badge>
  );
}
