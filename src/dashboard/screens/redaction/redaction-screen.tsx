import '../../features/settings/settings.css';
import { useQuery } from 'urql';
import { FailedAccess, LoadingAccess } from '../../features/settings/states.tsx';
import { RedactionQuery } from './redaction-documents.ts';
import { RedactionForm } from './redaction-form.tsx';

/** What is taken out of payloads before anything is stored or sent. */
export default function RedactionScreen() {
  const [{ data, error }, read] = useQuery({ query: RedactionQuery });
  const redaction = data?.viewer.tenant.redaction;
  return (
    <div className="access-screen">
      <header className="access-head">
        <div>
          <h1>Redaction</h1>
          <p className="muted">
            Matching values are replaced with <code>[REDACTED]</code> before an event is stored or sent. Applies to new
            events.
          </p>
        </div>
      </header>
      {redaction ? (
        <RedactionForm key={JSON.stringify(redaction)} redaction={redaction} />
      ) : error ? (
        <FailedAccess what="settings" error={error} onRetry={() => read({ requestPolicy: 'network-only' })} />
      ) : (
        <LoadingAccess />
      )}
    </div>
  );
}
