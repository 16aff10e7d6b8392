import { useLocation } from 'wouter';
import type { ListedEndpoint } from '../documents.ts';
import type { EndpointActions } from '../use-endpoint-actions.ts';
import { EndpointTableRow } from './endpoint-table-row.tsx';

export interface EndpointTableProps {
  readonly endpoints: readonly ListedEndpoint[];
  readonly actions: EndpointActions;
  readonly mayManage: boolean;
  readonly mayDelete: boolean;
  readonly onTest: (endpoint: ListedEndpoint) => void;
  readonly onDelete: (endpoint: ListedEndpoint) => void;
}

/** A page of endpoints; where it is narrow, the figures stand below the name. */
export function EndpointTable({ endpoints, ...rest }: EndpointTableProps) {
  const [, navigate] = useLocation();
  return (
    <table className="endpoint-table">
      <thead>
        <tr>
          <th scope="col">Endpoint</th>
          <th scope="col" className="endpoint-status-column">
            Status
          </th>
          <th scope="col" className="endpoint-events-column">
            Events
          </th>
          <th scope="col" className="endpoint-rate-column">
            Success rate, last hour
          </th>
          <th scope="col" className="endpoint-figure">
            p95
          </th>
          <th scope="col" className="endpoint-figure">
            Backlog
          </th>
          <th scope="col" className="endpoint-figure">
            Longest wait
          </th>
          <th scope="col" className="endpoint-menu-column">
            <span className="visually-hidden">Actions</span>
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
