import { createContext, type ReactNode, startTransition, useContext, useEffect, useState } from 'react';
import { Provider } from 'urql';
import type { Session } from '../session/session.ts';
import { type Api, openApi } from './api.ts';

const ApiContext = createContext<Api | null>(null);

/**
 * Provides the API for a session, and closes it when the component unmounts. Pass `sessionCount` as its `key`, because
 * each session needs a new cache.
 */
export function ApiProvider({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  const [api, setApi] = useState<Api | null>(null);
  const [first] = useState(session);
  useEffect(() => {
    const opened = openApi(first);
    // The shell and the screen render in slices, between which the browser can handle input.
    startTransition(() => setApi(opened));
    return () => void opened[Symbol.asyncDispose]();
  }, [first]);
  if (!api) return null;
  return (
    <ApiContext value={api}>
      <Provider value={api.client}>{children}</Provider>
    </ApiContext>
  );
}

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('useApi outside ApiProvider');
  return api;
}
