import { useApi } from '../api/api-context.tsx';
import type { ConnectionPhase } from '../api/connection.ts';
import { useIsOnline } from '../api/use-is-online.ts';
import { useStore } from '../store.ts';

const words: Record<ConnectionPhase, readonly [short: string, long: string]> = {
  connecting: ['Connecting', 'Opening the live connection.'],
  live: ['Live', 'Changes appear here as they happen.'],
  cut: ['Reconnecting', "Connection lost. Missed updates will load when it's back."],
  refused: ['Signed out', 'Invalid, revoked or expired API key.'],
};
const offline = ['Offline', "No network. Missed updates will load when it's back."] as const;
const paused = [
  'Live updates paused',
  "The server can't deliver live updates. Lists refresh every 5 seconds.",
] as const;

/** Whether the page receives live updates. Always visible. */
export function ConnectionBadge() {
  const { connection, feed } = useApi();
  const phase = useStore(connection);
  const isPaused = useStore(feed.phase) === 'paused' && phase === 'live';
  const isOffline = !useIsOnline() && phase === 'live';
  const [short, long] = isOffline ? offline : isPaused ? paused : words[phase];
  return (
    <span className={`connection connection-${isOffline || isPaused ? 'cut' : phase}`} role="status" title={long}>
      <span className="connection-dot" aria-hidden="true" />
      {short}
    </span>
  );
}
