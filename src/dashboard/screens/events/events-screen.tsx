import './events.css';
import { Route, Switch } from 'wouter';
import { Notice } from '../../components/notice.tsx';
import { EventPage } from './event-page.tsx';

/** The pages of single events, which other screens link to. */
export default function EventsScreen() {
  return (
    <div className="event-screen">
      <Switch>
        <Route path="/events/:id">{({ id }) => <EventPage key={id} id={id} />}</Route>
        <Route>
          <Notice isPage icon="search" title="Page not found">
            Open an event from one of its deliveries.
          </Notice>
        </Route>
      </Switch>
    </div>
  );
}
