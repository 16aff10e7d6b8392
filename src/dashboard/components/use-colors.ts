import { useMemo, useSyncExternalStore } from 'react';
import { useStore } from '../store.ts';
import { theme } from '../theme.ts';

const names = [
  'text-muted',
  'line',
  'line-strong',
  'accent',
  'success',
  'danger',
  'warning',
  'info',
  'surface',
] as const;
/** The colors of the theme for a canvas. */
export type PlotColors = Readonly<Record<(typeof names)[number], string>>;

const darkness = matchMedia('(prefers-color-scheme: dark)');

/**
 * The colors of the current theme as `rgb(...)`, because a canvas supports no custom properties and no light-dark().
 */
export function useColors(): PlotColors {
  const chosen = useStore(theme);
  const isDark = useSyncExternalStore(subscribe, () => darkness.matches);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the document follows these two.
  return useMemo(readColors, [chosen, isDark]);
}

function subscribe(listener: () => void): () => void {
  darkness.addEventListener('change', listener);
  return () => darkness.removeEventListener('change', listener);
}

function readColors(): PlotColors {
  const probe = document.body.appendChild(document.createElement('i'));
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colors = Object.fromEntries(names.map(name => [name, read(name)]));
  probe.remove();
  return colors as PlotColors;
}
