import type { EndpointStatus } from '../../../generated/graphql.ts';
import { useTimeText } from '../../../time/clock.ts';
import { formatRelative, formatUtc } from '../../../time/format-time.ts';

export interface NextTryProps {
  /** Null: none is to come. */
  readonly at: string | null;
  readonly endpointStatus: EndpointStatus;
  readonly className?: string;
}

/** When it is tried next, counting down; or why it waits. */
export function NextTry({ at, endpointStatus, className = '' }: NextTryProps) {
  const atMs = at === null ? 0 : Date.parse(at);
  const text = useTimeText(nowMs => {
    if (atMs === 0) return '';
    if (endpointStatus !== 'ENABLED') return endpointStatus === 'PAUSED' ? 'held: paused' : 'held: disabled';
    return atMs - nowMs < 1_000 ? 'due now' : `next ${formatRelative(atMs, nowMs)}`;
  });
  return (
    <span className={className} title={at === null ? '' : formatUtc(at)}>
      {text}
    </span>
  );
}
