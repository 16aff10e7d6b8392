import { createStore } from '../store.ts';

export interface ToastMessage {
  readonly tone: 'success' | 'error';
  readonly text: string;
}

/** The messages that the list of messages has not taken yet. */
export const waitingToasts = createStore<readonly ToastMessage[]>([]);
