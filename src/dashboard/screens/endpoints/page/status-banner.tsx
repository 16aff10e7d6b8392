import { useState } from 'react';
import { Button } from '../../../components/button.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import type { ShownEndpoint } from '../documents.ts';
import type { EndpointActions } from '../use-endpoint-actions.ts';

export interface StatusBannerProps {
  readonly endpoint: ShownEndpoint;
  readonly actions: EndpointActions;
  readonly mayManage: boolean;
}

/** Why and since when an endpoint gets nothing, with the way back; or when it will be so. Nothing where all is well. */
export function StatusBanner({ endpoint, actions, mayManage }: StatusBannerProps) {
  const [isPending, setIsPending] = useState(false);
  const { status, statusReason, statusChangedAt, deletedAt, health } = endpoint;
  if (deletedAt) {
    return (
      <p className="banner">
        It was deleted <RelativeTime at={deletedAt} />. Its history stays readable.
      </p>
    );
  }
  if (status === 'ENABLED') {
    if (!health.failingSince) return null;
    return (
      <p className="banner banner-warning" role="status">
        Every attempt has failed since <RelativeTime at={health.failingSince} />
        {health.disablesAt ? (
          <>
            : unless one succeeds, it is disabled <RelativeTime at={health.disablesAt} />.
          </>
        ) : (
          '.'
        )}{' '}
        A test that succeeds ends that.
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
        {status === 'PAUSED' ? 'Paused' : 'Disabled'} since <RelativeTime at={statusChangedAt} />
        {statusReason ? `: ${statusReason}` : '.'}{' '}
        {status === 'PAUSED' ? 'Its deliveries wait.' : 'It gets no new deliveries, and those that wait are held.'}
      </span>
      {mayManage && (
        <Button isPending={isPending} onPress={enable}>
          Enable it
        </Button>
      )}
    </div>
  );
}
