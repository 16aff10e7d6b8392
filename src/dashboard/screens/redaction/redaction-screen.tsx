import { useQuery } from 'urql';
import { fill } from '../../components/fill.tsx';
import styles from '../../features/settings/settings.module.css';
import { FailedAccess, LoadingAccess } from '../../features/settings/states.tsx';
import { messages } from './messages.ts';
import { RedactionQuery } from './redaction-documents.ts';
import { RedactionForm } from './redaction-form.tsx';

/** The screen with the settings for values that are removed from payloads before an event is stored or sent. */
export default function RedactionScreen() {
  const [{ data, error }, read] = useQuery({ query: RedactionQuery });
  const redaction = data?.viewer.tenant.redaction;
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <div>
          <h1>{messages.redaction}</h1>
          <p className="muted">{fill(messages.introduction, { code: <code>{messages.redacted}</code> })}</p>
        </div>
      </header>
      {redaction ? (
        <RedactionForm key={JSON.stringify(redaction)} redaction={redaction} />
      ) : error ? (
        <FailedAccess what={messages.settings} error={error} onRetry={() => read({ requestPolicy: 'network-only' })} />
      ) : (
        <LoadingAccess />
      )}
    </div>
  );
}
