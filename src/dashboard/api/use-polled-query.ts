import { useCallback, useEffect, useRef, useState } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { serverNowMs, whenServerTimeKnown } from '../time/server-clock.ts';
import { useApi } from './api-context.tsx';
import { describeError } from './outcome.ts';

export interface PolledQueryOptions<Data, Variables extends AnyVariables> {
  readonly query: TypedDocumentNode<Data, Variables>;
  /** Returns the variables for the time of the server (Unix milliseconds), so that time ranges move with the clock. */
  readonly variablesAt: (nowMs: number) => Variables;
  /** Identifies the query. When the key changes, the data of the previous key is discarded. */
  readonly key: string;
  /** The pause between a response and the next request, in milliseconds. */
  readonly everyMs: number;
  /**
   * Returns whether a response contains enough data to be shown. `hasErrors`: some fields are null because of an error.
   * If it returns false, the previous data is kept. Default: every response with data is shown.
   */
  readonly isEnough?: (data: Data, hasErrors: boolean) => boolean;
  /** Called with the variables of each request before it is sent. */
  readonly onAsk?: (variables: Variables) => void;
  /** Called after each response with enough data. */
  readonly onRead?: () => void;
}

export interface PolledQuery<Data> {
  /** The latest data. Null until the first response. A failed request does not change it. */
  readonly data: Data | null;
  /** Why the latest request failed. Null if it succeeded. */
  readonly problem: string | null;
  readonly refresh: () => void;
}

/**
 * Polls a query without the cache, for numbers that change all the time. Sends no requests while the page is hidden.
 */
export function usePolledQuery<Data, Variables extends AnyVariables>(
  options: PolledQueryOptions<Data, Variables>,
): PolledQuery<Data> {
  const { uncached } = useApi();
  const { key, everyMs } = options;
  const latest = useRef(options);
  latest.current = options;
  const [answer, setAnswer] = useState<{ key: string; data: Data | null; problem: string | null } | null>(null);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect starts again for another key and for each refresh.
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      if (!document.hidden) {
        const { query, variablesAt, isEnough, onAsk, onRead } = latest.current;
        await whenServerTimeKnown();
        if (isOver) return;
        const variables = variablesAt(serverNowMs());
        onAsk?.(variables);
        const { data: read, error } = await uncached.query(query, variables).toPromise();
        if (isOver) return;
        const data = read && (isEnough?.(read, error !== undefined) ?? true) ? read : undefined;
        if (data) onRead?.();
        setAnswer(before => ({
          key,
          data: data ?? (before?.key === key ? before.data : null),
          problem: data ? null : describeError(error),
        }));
      }
      timer = setTimeout(() => void ask(), everyMs);
    };
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [uncached, key, everyMs, round]);
  const refresh = useCallback(() => setRound(before => before + 1), []);
  const current = answer?.key === key ? answer : null;
  return { data: current?.data ?? null, problem: current?.problem ?? null, refresh };
}
