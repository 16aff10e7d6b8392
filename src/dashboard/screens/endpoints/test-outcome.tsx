import { Link } from 'wouter';
import { usePolledQuery } from '../../api/use-polled-query.ts';
import { StatusBadge } from '../../components/status-badge.tsx';
import { graphql } from '../../generated/gql.ts';

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
  /** Called when a link is followed. */
  readonly onLeave: () => void;
}

/** The delivery of a test event, as it is now. */
export function TestOutcome({ deliveryId, endpointId, onLeave }: TestOutcomeProps) {
  const { data, problem } = usePolledQuery({
    query: TestOutcomeQuery,
    variablesAt: () => ({ id: deliveryId }),
    key: deliveryId,
    everyMs: liveMs,
  });
  const delivery = data?.delivery;
  return (
    <section className="banner endpoint-stack" aria-label="Test result" role="status">
      {delivery ? (
        <>
          <p>
            <StatusBadge status={delivery.status} />{' '}
            {delivery.responseStatus !== null && `HTTP ${delivery.responseStatus}`}
            {delivery.lastAttempt && ` in ${delivery.lastAttempt.durationMs} ms`}
          </p>
          {delivery.error && <p className="endpoint-break">{delivery.error.message}</p>}
          {delivery.lastAttempt?.responseExcerpt && (
            <pre className="endpoint-break">{delivery.lastAttempt.responseExcerpt}</pre>
          )}
        </>
      ) : (
        <p>{problem ?? 'Sending…'}</p>
      )}
      <p>
        <Link href={`/deliveries/${deliveryId}?endpoint=${endpointId}`} onClick={onLeave}>
          View delivery
        </Link>{' '}
        ·{' '}
        <Link href={`/endpoints/${endpointId}/edit`} onClick={onLeave}>
          Edit URL
        </Link>
      </p>
    </section>
  );
}
