import { useState } from 'react';
import { Banner } from '../../../components/banner.tsx';
import { Button } from '../../../components/button.tsx';
import { fill } from '../../../components/fill.tsx';
import { AbsoluteTime, RelativeTime } from '../../../components/relative-time.tsx';
import { useTimeText } from '../../../time/clock.ts';
import { formatCoarse } from '../../../time/format-time.ts';
import type { ShownEndpoint } from '../documents.ts';
import endpointsStyles from '../endpoints.module.css';
import { messages } from '../messages.ts';
import type { EndpointActions } from '../use-endpoint-actions.ts';
import styles from './endpoint-page.module.css';

export interface StatusBannerProps {
  readonly endpoint: ShownEndpoint;
  readonly actions: EndpointActions;
  readonly mayManage: boolean;
}

/** How long the endpoint has been failing, such as `3m`, updated every second, and since when. */
function FailingFor({ since }: { readonly since: string }) {
  const sinceMs = Date.parse(since);
  const duration = useTimeText(nowMs => formatCoarse(Math.max(1_000, nowMs - sinceMs), 2));
  return (
    // The live region around the time does not announce it every second.
    <time dateTime={since} aria-live="off">
      {fill(messages.durationSince, { duration, start: <AbsoluteTime at={since} /> })}
    </time>
  );
}

/**
 * A banner that says why an endpoint receives nothing, with a button that enables it, or since when it is failing.
 * Renders nothing if the endpoint works.
 */
export function StatusBanner({ endpoint, actions, mayManage }: StatusBannerProps) {
  const [isPending, setIsPending] = useState(false);
  const { status, statusReason, statusChangedAt, deletedAt, health } = endpoint;
  if (deletedAt) {
    return <Banner>{fill(messages.deletedBanner, { time: <RelativeTime at={deletedAt} absolute="inline" /> })}</Banner>;
  }
  if (status === 'ENABLED') {
    if (!health?.isFailing || !health.failingSince) return null;
    return (
      <Banner tone="warning" role="status">
        {fill(messages.failingFor, { duration: <FailingFor since={health.failingSince} /> })}{' '}
        {health.disablesAt &&
          fill(messages.disableForecast, {
            time: <RelativeTime at={health.disablesAt} absolute="inline" />,
          })}
      </Banner>
    );
  }
  const enable = async () => {
    setIsPending(true);
    await actions.setStatus(endpoint, 'ENABLED');
    setIsPending(false);
  };
  return (
    <Banner tone="warning" className={styles.banner} role="status">
      <span className={endpointsStyles.break}>
        {status === 'PAUSED' ? messages.paused : messages.disabled}{' '}
        <RelativeTime at={statusChangedAt} absolute="inline" />
        {statusReason ? `: ${statusReason}` : '.'} {status === 'PAUSED' ? messages.pausedHold : messages.disabledHold}
      </span>
      {mayManage && (
        <Button isPending={isPending} onPress={enable}>
          {status === 'PAUSED' ? messages.resume : messages.enable}
        </Button>
      )}
    </Banner>
  );
}
