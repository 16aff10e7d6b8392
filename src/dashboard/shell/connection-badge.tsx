import { useApi } from '../api/api-context.tsx';
import type { ConnectionPhase } from '../api/connection.ts';
import { useIsOnline } from '../api/use-is-online.ts';
import { classNames } from '../components/class-names.ts';
import { useStore } from '../store.ts';
import styles from './connection-badge.module.css';
import { messages } from './messages.ts';

const words: Record<ConnectionPhase, readonly [short: string, long: string]> = {
  connecting: [messages.connecting, messages.connectingHint],
  live: [messages.live, messages.liveHint],
  cut: [messages.reconnecting, messages.reconnectingHint],
  refused: [messages.signedOut, messages.keyRejected],
};
const offline = [messages.offline, messages.offlineHint] as const;
const paused = [messages.liveUpdatesPaused, messages.liveUpdatesPausedHint] as const;

/** A badge in the shell that shows whether the page receives live updates. */
export function ConnectionBadge() {
  const { connection, feed } = useApi();
  const phase = useStore(connection);
  const isPaused = useStore(feed.phase) === 'paused' && phase === 'live';
  const isOffline = !useIsOnline() && phase === 'live';
  const [short, long] = isOffline ? offline : isPaused ? paused : words[phase];
  return (
    <span
      className={classNames(styles.badge, styles[isOffline || isPaused ? 'cut' : phase])}
      role="status"
      title={long}
    >
      <span className={styles.dot} aria-hidden="true" />
      {short}
    </span>
  );
}
