import { useState } from 'react';
import { Button } from '../../../components/button.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { useTimeText } from '../../../time/clock.ts';
import { formatCoarse } from '../../../time/format-time.ts';
import type { ShownEndpoint } from '../documents.ts';
import type { EndpointActions } from '../use-endpoint-actions.ts';

export interface StatusBannerProps {
  readonly endpoint: ShownEndpoint;
  readonly actions: EndpointActions;
  readonly mayManage: boolean;
}

/** `3 minutes`, in the short form `3m`. */
function FailingFor({ since }: { readonly since: string }) {
  const sinceMs = Date.parse(since);
  return <time dateTime={since}>{useTimeText(nowMs => formatCoarse(Math.max(1_000, nowMs - sinceMs), 2))}</time>;
}

/** Why an endpoint receives nothing, with the way back, or since when it fails. Nothing if all is well. */
export function StatusBanner({ endpoint, actions, mayManage }: StatusBannerProps) {
  const [isPending, setIsPending] = useState(false);
  const { status, statusReason, statusChangedAt, deletedAt, health } = endpoint;
  if (deletedAt) {
    return (
      <p className="banner">
        Deleted <RelativeTime at={deletedAt} absolute="inline" />. Its history is kept.
      </p>
    );
  }
  if (status === 'ENABLED') {
    if (!health?.isFailing || !health.failingSince) return null;
    return (
      <p className="banner banner-warning" role="status">
        Failing for <FailingFor since={health.failingSince} />.{' '}
        {health.disablesAt && (
          <>
            The endpoint will be disabled <RelativeTime at={health.disablesAt} absolute="inline" /> unless an attempt or
            test succeeds.
          </>
        )}
      </p>
    );
  }
  const enable = async () => {
    setIsPending(true);
    await actions.setStatus(endpoint, 'ENABLED');
    setIsPending(false);
  };
  return (
    <div className="banner banner-warning endpoint-banner" role="status">
      <span className="endpoint-break">
        {status === 'PAUSED' ? 'Paused' : 'Disabled'} <RelativeTime at={statusChangedAt} absolute="inline" />
        {statusReason ? `: ${statusReason}` : '.'}{' '}
        {status === 'PAUSED' ? 'Deliveries are on hold.' : 'No new deliveries; queued ones are on hold.'}
      </span>
      {mayManage && (
        <Button isPending={isPending} onPress={enable}>
          {status === 'PAUSED' ? 'Resume' : 'Enable'}
        </Button>
      )}
    </div>
  );
}
