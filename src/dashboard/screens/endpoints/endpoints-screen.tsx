import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { loadChunk } from '../../load-chunk.ts';
import styles from './endpoints.module.css';
import { EndpointList } from './list/endpoint-list.tsx';
import { messages } from './messages.ts';

const NewEndpoint = lazy(() => loadChunk(() => import('./form/new-endpoint.tsx')));
const EditEndpoint = lazy(() => loadChunk(() => import('./form/edit-endpoint.tsx')));
const EndpointPage = lazy(() => loadChunk(() => import('./page/endpoint-page.tsx')));

/** The routes of the endpoint screens: the list, the form, and the page of an endpoint. */
export default function EndpointsScreen() {
  return (
    <div className={styles.screen}>
      <Suspense fallback={<div role="status" aria-label={messages.loading} />}>
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
