import { useApi } from '../api/api-context.tsx';
import type { ConnectionPhase } from '../api/connection.ts';
import { useIsOnline } from '../api/use-is-online.ts';
import { useStore } from '../store.ts';

const words: Record<ConnectionPhase, readonly [short: string, long: string]> = {
  connecting: ['Connecting', 'The live connection is being opened.'],
  live: ['Live', 'Changes appear here as they happen.'],
  cut: ['Reconnecting', 'The live connection is cut. What was missed will follow once it is back.'],
  refused: ['Signed out', 'The server refused this key.'],
};
const offline = ['Offline', 'There is no network. What was missed will follow once it is back.'] as const;

/** Whether what is on the page is live: always in sight. */
export function ConnectionBadge() {
  const phase = useStore(useApi().connection);
  const isOffline = !useIsOnline() && phase === 'live';
  const [short, long] = isOffline ? offline : words[phase];
  return (
    <span className={`connection connection-${isOffline ? 'cut' : phase}`} role="status" title={long}>
      <span className="connection-dot" aria-hidden="true" />
      {short}
    </span>
  );
}
