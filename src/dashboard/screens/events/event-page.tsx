import { useEffect, useMemo } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { describeQueryError } from '../../api/repeat-failed-queries.ts';
import { useViewer } from '../../api/viewer.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { fill } from '../../components/fill.tsx';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useBulk } from '../../features/bulk/use-bulk.tsx';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import { readView } from '../../features/deliveries/filter/view.ts';
import { useDeliveryLog } from '../../features/deliveries/use-delivery-log.ts';
import { PayloadView } from '../../features/payload/payload-view.tsx';
import { graphql } from '../../generated/gql.ts';
import { EventDeliveries, shownDeliveries } from './event-deliveries.tsx';
import styles from './events.module.css';
import { messages } from './messages.ts';

const EventQuery = graphql(/* GraphQL */ `
  query EventPage($id: ID!) {
    event(id: $id) { id type createdAt isTest payloadText }
  }
`);

/** The page of an event: its payload, and its deliveries, updated live. */
export function EventPage({ id }: { readonly id: string }) {
  const { may } = useViewer();
  const [{ data, error }, read] = useQuery({ query: EventQuery, variables: { id } });
  const view = useMemo(() => ({ ...readView(new URLSearchParams()), eventIds: [id] }), [id]);
  const { log, state } = useDeliveryLog(view);
  const rows = state?.rows;
  // Deliveries from the feed have no endpoint name until `see` loads their details.
  useEffect(() => log?.see((rows ?? []).slice(0, shownDeliveries).map(row => row.id)), [log, rows]);
  const bulk = useBulk();
  const event = data?.event;
  if (error && !event) {
    return (
      <Notice
        isPage
        tone="error"
        icon="alert"
        title={messages.couldntLoadThisEvent}
        actions={<Button onPress={() => read({ requestPolicy: 'network-only' })}>{messages.retryNow}</Button>}
      >
        {describeQueryError(error)}
      </Notice>
    );
  }
  if (!data) return <div role="status" aria-label={messages.loadingEvent} />;
  if (!event) {
    return (
      <Notice
        isPage
        icon="search"
        title={messages.eventNotFound}
        actions={<Link href="/deliveries">{messages.viewDeliveries}</Link>}
      >
        {messages.eventNotFoundHint}
      </Notice>
    );
  }
  return (
    <>
      <header className={styles.head}>
        <h1 title={event.type}>{event.type}</h1>
        {event.isTest && <Badge>{messages.test}</Badge>}
        {may('DELIVERIES_MANAGE') && (
          <Button icon="replay" onPress={() => bulk.open('REPLAY', { eventIds: [id] })}>
            {messages.replayAll}
          </Button>
        )}
      </header>
      <p className={styles.id}>
        <code>{id}</code>
        <CopyButton what={messages.eventId} text={id} />
        <span className="muted">
          {fill(messages.published, { time: <RelativeTime at={event.createdAt} absolute="inline" /> })}
        </span>
      </p>
      <div className={styles.columns}>
        <section className={styles.card} aria-label={messages.deliveries}>
          <div className={styles.cardHead}>
            <h2>{messages.deliveries}</h2>
            <Link href={logLink({ eventIds: [id] })}>{messages.viewInTheLog}</Link>
          </div>
          <EventDeliveries eventId={id} state={state} mayReplay={may('DELIVERIES_MANAGE')} />
        </section>
        <section className={styles.card} aria-label={messages.payload}>
          <h2>{messages.payload}</h2>
          <PayloadView text={event.payloadText ?? null} />
        </section>
      </div>
      {bulk.dialog}
    </>
  );
}
