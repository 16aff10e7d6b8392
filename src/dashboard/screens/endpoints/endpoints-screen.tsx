import { Route, Switch } from 'wouter';
import { onDemand } from '../../on-demand.tsx';
import styles from './endpoints.module.css';
import { EndpointList } from './list/endpoint-list.tsx';
import { messages } from './messages.ts';

const loading = () => <div role="status" aria-label={messages.loading} />;
const NewEndpoint = onDemand(() => import('./form/new-endpoint.tsx'), loading);
const EditEndpoint = onDemand(() => import('./form/edit-endpoint.tsx'), loading);
const EndpointPage = onDemand(() => import('./page/endpoint-page.tsx'), loading);

/** The routes of the endpoint screens: the list, the form, and the page of an endpoint. */
export default function EndpointsScreen() {
  return (
    <div className={styles.screen}>
      <Switch>
        <Route path="/endpoints" component={EndpointList} />
        <Route path="/endpoints/new" component={NewEndpoint} />
        <Route path="/endpoints/:id/edit">{({ id }) => <EditEndpoint key={id} id={id} />}</Route>
        <Route path="/endpoints/:id">{({ id }) => <EndpointPage key={id} id={id} />}</Route>
      </Switch>
    </div>
  );
}
