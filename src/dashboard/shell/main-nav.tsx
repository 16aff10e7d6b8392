import { Link } from 'wouter';
import { Icon } from '../components/icons.tsx';
import type { Screen } from './screens.ts';

export interface NavProps {
  /** What may be seen. */
  readonly shown: readonly Screen[];
  /** The one that is open; undefined: none. */
  readonly active: Screen | undefined;
}

/** The screens, those of the settings behind one entry. */
export function MainNav({ shown, active }: NavProps) {
  const settings = shown.find(({ inSettings }) => inSettings);
  return (
    <nav aria-label="Main">
      {shown
        .filter(({ inSettings }) => !inSettings)
        .map(screen => (
          <NavLink key={screen.path} screen={screen} isActive={screen === active} />
        ))}
      {settings && (
        <NavLink screen={{ ...settings, label: 'Settings', icon: 'settings' }} isActive={active?.inSettings ?? false} />
      )}
    </nav>
  );
}

/** The tabs of the settings, while one of them is open. */
export function SettingsNav({ shown, active }: NavProps) {
  const tabs = shown.filter(({ inSettings }) => inSettings);
  if (!active?.inSettings || tabs.length < 2) return null;
  return (
    <nav aria-label="Settings" className="settings-nav">
      {tabs.map(screen => (
        <NavLink key={screen.path} screen={screen} isActive={screen === active} />
      ))}
    </nav>
  );
}

function NavLink({ screen, isActive }: { readonly screen: Screen; readonly isActive: boolean }) {
  const { path, label, icon } = screen;
  return (
    <Link
      href={path}
      className={`nav-link${isActive ? ' is-active' : ''}`}
      aria-current={isActive ? 'page' : undefined}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </Link>
  );
}
