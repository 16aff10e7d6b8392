import { useSyncExternalStore } from 'react';

/** A value outside of React whose changes components can subscribe to. */
export interface Store<Value> {
  get(): Value;
  set(next: Value): void;
  /** @returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void;
}

/** Creates a store. Listeners are called only if the new value differs from the old one (`Object.is`). */
export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The value of a store. The component renders again when it changes. */
export function useStore<Value>(store: Store<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get);
}
