import { createStore } from '../store.ts';

export type Theme = 'system' | 'light' | 'dark';

const storageKey = 'livehook-theme';
const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** Light or dark, as chosen in this browser; `system`: as it is set up. */
export const theme = createStore<Theme>(readTheme());

applyTheme(theme.get());

export function setTheme(next: Theme): void {
  localStorage.setItem(storageKey, next);
  applyTheme(next);
  theme.set(next);
}

function readTheme(): Theme {
  const stored = localStorage.getItem(storageKey);
  return themes.find(known => known === stored) ?? 'system';
}

function applyTheme(chosen: Theme): void {
  document.documentElement.dataset.theme = chosen;
}
