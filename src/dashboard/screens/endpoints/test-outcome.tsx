import { Link } from 'wouter';
import { usePolledQuery } from '../../api/use-polled-query.ts';
import { Banner } from '../../components/banner.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { graphql } from '../../generated/gql.ts';
import styles from './endpoints.module.css';
import { messages } from './messages.ts';

const TestOutcomeQuery = graphql(/* GraphQL */ `
  query TestOutcome($id: ID!) {
    delivery(id: $id) {
      id status responseStatus
      error { code message }
      lastAttempt { number durationMs responseExcerpt }
    }
  }
`);

const liveMs = 500;

export interface TestOutcomeProps {
  readonly deliveryId: string;
  readonly endpointId: string;
  /** Called when the user follows a link. */
  readonly onLeave: () => void;
}

/** The current state of the delivery of a test event. */
export function TestOutcome({ deliveryId, endpointId, onLeave }: TestOutcomeProps) {
  const { data, problem } = usePolledQuery({
    query: TestOutcomeQuery,
    variablesAt: () => ({ id: deliveryId }),
    key: deliveryId,
    everyMs: liveMs,
  });
  const delivery = data?.delivery;
  return (
    <Banner
      tone={delivery?.status === 'FAILED' ? 'danger' : 'info'}
      className={styles.stack}
      aria-label={messages.testResult}
      role="status"
    >
      {delivery ? (
        <>
          <p>
            <StatusBadge status={delivery.status} />{' '}
            {delivery.responseStatus !== null && messages.http(delivery.responseStatus)}
            {delivery.lastAttempt && messages.inMs(delivery.lastAttempt.durationMs)}
          </p>
          {delivery.error && delivery.responseStatus === null && (
            <p className={styles.break}>{delivery.error.message}</p>
          )}
          {delivery.lastAttempt?.responseExcerpt && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it.
            <pre className={styles.excerpt} tabIndex={0}>
              {delivery.lastAttempt.responseExcerpt}
            </pre>
          )}
        </>
      ) : (
        <p>{problem ?? messages.sending}</p>
      )}
      <p>
        <Link href={`/deliveries/${deliveryId}?endpoint=${endpointId}`} onClick={onLeave}>
          {messages.viewDelivery}
        </Link>{' '}
        ·{' '}
        <Link href={`/endpoints/${endpointId}/edit`} onClick={onLeave}>
          {messages.editUrl}
        </Link>
      </p>
    </Banner>
  );
}
