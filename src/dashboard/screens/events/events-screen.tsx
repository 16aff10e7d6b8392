import { Route, Switch } from 'wouter';
import { Notice } from '../../components/notice.tsx';
import { EventPage } from './event-page.tsx';
import styles from './events.module.css';
import { messages } from './messages.ts';

/** The route of single event pages, to which other screens link. */
export default function EventsScreen() {
  return (
    <div className={styles.screen}>
      <Switch>
        <Route path="/events/:id">{({ id }) => <EventPage key={id} id={id} />}</Route>
        <Route>
          <Notice isPage icon="search" title={messages.pageNotFound}>
            {messages.pageNotFoundHint}
          </Notice>
        </Route>
      </Switch>
    </div>
  );
}
