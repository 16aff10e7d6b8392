import { Button } from '../components/button.tsx';
import { useStore } from '../store.ts';
import { setTheme, theme } from '../theme.ts';
import { messages } from './messages.ts';

const next = { system: 'light', light: 'dark', dark: 'system' } as const;
const icons = { system: 'system', light: 'sun', dark: 'moon' } as const;

export function ThemeButton() {
  const chosen = useStore(theme);
  return (
    <Button tone="quiet" icon={icons[chosen]} label={messages.theme(chosen)} onPress={() => setTheme(next[chosen])} />
  );
}
