import './endpoints.css';
import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { loadChunk } from '../../load-chunk.ts';
import { EndpointList } from './list/endpoint-list.tsx';

const NewEndpoint = lazy(() => loadChunk(() => import('./form/new-endpoint.tsx')));
const EditEndpoint = lazy(() => loadChunk(() => import('./form/edit-endpoint.tsx')));
const EndpointPage = lazy(() => loadChunk(() => import('./page/endpoint-page.tsx')));

/** The endpoints: their list, the form of one, and the page of one. */
export default function EndpointsScreen() {
  return (
    <div className="endpoints-screen">
      <Suspense fallback={<div className="screen-loading" role="status" aria-label="Loading" />}>
        <Switch>
          <Route path="/endpoints" component={EndpointList} />
          <Route path="/endpoints/new" component={NewEndpoint} />
          <Route path="/endpoints/:id/edit">{({ id }) => <EditEndpoint key={id} id={id} />}</Route>
          <Route path="/endpoints/:id">{({ id }) => <EndpointPage key={id} id={id} />}</Route>
        </Switch>
      </Suspense>
    </div>
  );
}
