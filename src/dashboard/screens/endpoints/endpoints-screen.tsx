import './endpoints.css';
import { Route, Switch } from 'wouter';
import { EditEndpoint } from './form/edit-endpoint.tsx';
import { NewEndpoint } from './form/new-endpoint.tsx';
import { EndpointList } from './list/endpoint-list.tsx';
import { EndpointPage } from './page/endpoint-page.tsx';

/** The endpoints: their list, the form of one, and the page of one. */
export default function EndpointsScreen() {
  return (
    <div className="endpoints-screen">
      <Switch>
        <Route path="/endpoints" component={EndpointList} />
        <Route path="/endpoints/new" component={NewEndpoint} />
        <Route path="/endpoints/:id/edit">{({ id }) => <EditEndpoint key={id} id={id} />}</Route>
        <Route path="/endpoints/:id">{({ id }) => <EndpointPage key={id} id={id} />}</Route>
      </Switch>
    </div>
  );
}
