import type { Client } from 'graphql-ws';
import { createStore, type Store } from '../store.ts';

/** The state of the websocket. `live`: updates arrive. `cut`: it is reconnecting. `refused`: the server rejected the key. */
export type ConnectionPhase = 'connecting' | 'live' | 'cut' | 'refused';

/** Follows a websocket client's events. */
export function watchConnection(socket: Client): Store<ConnectionPhase> {
  const phase = createStore<ConnectionPhase>('connecting');
  socket.on('connected', () => phase.set('live'));
  socket.on('closed', event => phase.set(isRefusal(event) ? 'refused' : 'cut'));
  return phase;
}

/** 4403: the key is missing, wrong, revoked or expired. To ask again would change nothing. */
export function isRefusal(event: unknown): boolean {
  return (event as { code?: number } | null)?.code === 4403;
}
