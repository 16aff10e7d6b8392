import { Badge, type BadgeTone } from '../../components/badge.tsx';
import type { EndpointStatus as Status } from '../../generated/graphql.ts';
import { messages } from './messages.ts';

const looks: Record<Status, readonly [word: string, tone: BadgeTone]> = {
  ENABLED: [messages.enabled, 'success'],
  PAUSED: [messages.paused, 'warning'],
  DISABLED: [messages.disabled, 'neutral'],
};

/** The display text for the status of an endpoint. */
export function endpointStatusWord(status: Status): string {
  return looks[status][0];
}

export interface EndpointStatusProps {
  readonly status: Status;
  /** The value of `EndpointHealth.isFailing`. Only shown while the endpoint is enabled. Default: false. */
  readonly isFailing?: boolean;
  readonly isDeleted?: boolean;
}

/** A badge with the state of an endpoint: deleted, failing, or its status. */
export function EndpointStatus({ status, isFailing = false, isDeleted = false }: EndpointStatusProps) {
  const [word, tone] = isDeleted
    ? ([messages.deleted, 'neutral'] as const)
    : isFailing && status === 'ENABLED'
      ? ([messages.failing, 'danger'] as const)
      : looks[status];
  return (
    <Badge tone={tone} dot>
      {word}
    </Badge>
  );
}
