import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { loadChunk, preloadChunk, retryChunksNow } from './load-chunk.ts';
import { createStore, useStore } from './store.ts';

/** A component in a script file of its own, which is loaded when the component is first rendered. */
export interface OnDemand<Props extends object> {
  (props: Props): ReactNode;
  /** Loads the script now, so that the component renders at once later. */
  preload(): void;
}

export interface OnDemandOptions {
  /**
   * Whether the page is usable without the component. If the script cannot be loaded, the page is then never reloaded,
   * and loading is tried again when the component renders again. Default: false.
   */
  readonly isOptional?: boolean;
}

/**
 * Wraps a component in a script file of its own: see `loadChunk`. Renders `Fallback` (default: nothing) with the same
 * properties until the script has loaded. A script that has loaded renders at once, whereas `React.lazy` with `Suspense`
 * shows its fallback first, for up to 300 ms.
 */
export function onDemand<Props extends object>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
  Fallback: ComponentType<Props> = () => null,
  { isOptional = false }: OnDemandOptions = {},
): OnDemand<Props> {
  const loaded = createStore<ComponentType<Props> | null>(null);
  let loading: Promise<void> | null = null;
  const take = (module: { readonly default: ComponentType<Props> }) => loaded.set(module.default);
  const preload = () =>
    preloadChunk(load).then(take, (error: unknown) => console.warn('A part of the page could not be loaded:', error));
  const start = () => {
    loading ??= isOptional
      ? preload().finally(() => {
          loading = null;
        })
      : loadChunk(load).then(take);
    return loading;
  };

  function Component(props: Props): ReactNode {
    const Loaded = useStore(loaded);
    const [failure, setFailure] = useState<{ readonly error: unknown } | null>(null);
    // The component is shown again, for example by a click on its link, while its file waits for a retry.
    useEffect(() => {
      if (loading && !loaded.get()) retryChunksNow();
    }, []);
    useEffect(() => {
      if (loaded.get()) return;
      let isOver = false;
      start().catch((error: unknown) => !isOver && setFailure({ error }));
      return () => {
        isOver = true;
      };
    });
    // The boundary around the component shows an error of the loaded code.
    if (failure) throw failure.error;
    return Loaded ? <Loaded {...props} /> : <Fallback {...props} />;
  }
  return Object.assign(Component, { preload: () => void preload() });
}
