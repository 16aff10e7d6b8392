import { accentColors } from './accent-colors.ts';
import { openStoredText } from './browser-storage.ts';
import { pageSettings } from './page-settings.ts';
import { createStore } from './store.ts';

export type Theme = 'system' | 'light' | 'dark';

const stored = openStoredText('local', 'livehook-theme');
const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** The theme that the user chose in this browser, or that of the operator. `system` follows the operating system. */
export const theme = createStore<Theme>(readTheme());

applyTheme(theme.get());
applyAccent(pageSettings.brand.accentColor);

export function setTheme(next: Theme): void {
  stored.write(next);
  applyTheme(next);
  theme.set(next);
}

function readTheme(): Theme {
  const chosen = stored.read();
  return themes.find(known => known === chosen) ?? pageSettings.brand.theme;
}

function applyTheme(chosen: Theme): void {
  document.documentElement.dataset.theme = chosen;
}

function applyAccent(accent: string | null): void {
  if (accent === null) return;
  const { style } = document.documentElement;
  for (const [name, value] of Object.entries(accentColors(accent))) style.setProperty(name, value);
}
