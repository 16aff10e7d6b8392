import type { Client } from 'graphql-ws';
import { createStore, type Store } from '../store.ts';

/**
 * The state of the websocket. `live`: updates arrive. `cut`: the client is reconnecting. `refused`: the server rejected
 * the key.
 */
export type ConnectionPhase = 'connecting' | 'live' | 'cut' | 'refused';

/** Returns a store with the state of the websocket, which follows the events of the client. */
export function watchConnection(socket: Client): Store<ConnectionPhase> {
  const phase = createStore<ConnectionPhase>('connecting');
  socket.on('connected', () => phase.set('live'));
  socket.on('closed', event => phase.set(isRefusal(event) ? 'refused' : 'cut'));
  return phase;
}

/**
 * Whether a close event has the code 4403: the key is missing, wrong, revoked or expired. Connecting again would fail
 * in the same way.
 */
export function isRefusal(event: unknown): boolean {
  return (event as { code?: number } | null)?.code === 4403;
}
