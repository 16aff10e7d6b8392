import { openStoredText } from './browser-storage.ts';
import { createStore } from './store.ts';

export type Theme = 'system' | 'light' | 'dark';

const stored = openStoredText('local', 'livehook-theme');
const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** Light or dark, as chosen in this browser; `system`: as it is set up. */
export const theme = createStore<Theme>(readTheme());

applyTheme(theme.get());

export function setTheme(next: Theme): void {
  stored.write(next);
  applyTheme(next);
  theme.set(next);
}

function readTheme(): Theme {
  const chosen = stored.read();
  return themes.find(known => known === chosen) ?? 'system';
}

function applyTheme(chosen: Theme): void {
  document.documentElement.dataset.theme = chosen;
}
