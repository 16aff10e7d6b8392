import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { loadChunk, preloadChunk, retryChunksNow } from './load-chunk.ts';
import { createStore, useStore } from './store.ts';

/** A component in a script file of its own, which is loaded when the component is first rendered. */
export interface OnDemand<Props extends object> {
  (props: Props): ReactNode;
  /** Loads the script now, so that the component renders at once later. */
  preload(): void;
}

/**
 * Wraps a component in a script file of its own: see `loadChunk`. Renders `fallback` (default: nothing) until the script
 * has loaded. A script that has loaded renders at once, whereas `React.lazy` with `Suspense` shows its fallback first,
 * for up to 300 ms.
 */
export function onDemand<Props extends object>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
  fallback: () => ReactNode = () => null,
): OnDemand<Props> {
  const loaded = createStore<ComponentType<Props> | null>(null);
  let loading: Promise<void> | null = null;
  const take = (module: { readonly default: ComponentType<Props> }) => loaded.set(module.default);
  const start = () => {
    // The component is shown again, for example by a click on its link, while its file waits for a retry.
    if (loading) retryChunksNow();
    loading ??= loadChunk(load).then(take);
    return loading;
  };

  function Component(props: Props): ReactNode {
    const Loaded = useStore(loaded);
    const [failure, setFailure] = useState<{ readonly error: unknown } | null>(null);
    useEffect(() => {
      if (loaded.get()) return;
      let isOver = false;
      start().catch((error: unknown) => !isOver && setFailure({ error }));
      return () => {
        isOver = true;
      };
    }, []);
    // The boundary around the component shows an error of the loaded code.
    if (failure) throw failure.error;
    return Loaded ? <Loaded {...props} /> : fallback();
  }
  return Object.assign(Component, { preload: () => void preloadChunk(load).then(take) });
}
