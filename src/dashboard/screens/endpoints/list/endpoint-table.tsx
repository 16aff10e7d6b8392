import { useLocation } from 'wouter';
import type { ListedEndpoint } from '../documents.ts';
import { messages } from '../messages.ts';
import styles from './endpoint-list.module.css';
import { EndpointTableRow, type EndpointTableRowProps } from './endpoint-table-row.tsx';

export interface EndpointTableProps extends Omit<EndpointTableRowProps, 'endpoint' | 'onOpen'> {
  readonly endpoints: readonly ListedEndpoint[];
}

/** A page of endpoints. On narrow screens the figures are below the name. */
export function EndpointTable({ endpoints, ...rest }: EndpointTableProps) {
  const [, navigate] = useLocation();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{messages.endpoint}</th>
          <th scope="col" className={styles.statusColumn}>
            {messages.status}
          </th>
          <th scope="col" className={styles.eventsColumn}>
            {messages.events}
          </th>
          <th scope="col" className={styles.rateColumn}>
            {messages.successRateLastHour}
          </th>
          <th scope="col" className={styles.figure}>
            {messages.p95}
          </th>
          <th scope="col" className={styles.figure}>
            {messages.backlog}
          </th>
          <th scope="col" className={styles.figure}>
            {messages.longestWait}
          </th>
          <th scope="col" className={styles.menuColumn}>
            <span className="visually-hidden">{messages.actions}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {endpoints.map(endpoint => (
          <EndpointTableRow
            key={endpoint.id}
            endpoint={endpoint}
            onOpen={() => navigate(`/endpoints/${endpoint.id}`)}
            {...rest}
          />
        ))}
      </tbody>
    </table>
  );
}
