import { Route, Switch } from 'wouter';
import { Notice } from '../../components/notice.tsx';
import { EventPage } from './event-page.tsx';
import styles from './events.module.css';
import { messages } from './messages.ts';

/** The pages of single events, which other screens link to. */
export default function EventsScreen() {
  return (
    <div className={styles.screen}>
      <Switch>
        <Route path="/events/:id">{({ id }) => <EventPage key={id} id={id} />}</Route>
        <Route>
          <Notice isPage icon="search" title={messages.pageNotFound}>
            {messages.openAnEventFromOne}
          </Notice>
        </Route>
      </Switch>
    </div>
  );
}
