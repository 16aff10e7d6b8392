import { Link } from 'wouter';
import { Icon } from '../components/icons.tsx';
import type { Screen } from './screens.ts';

export interface NavProps {
  /** What may be seen. */
  readonly shown: readonly Screen[];
  /** The one that is open; undefined: none. */
  readonly active: Screen | undefined;
  /** An entry was clicked, also the one that is open. */
  readonly onNavigate: () => void;
}

/** The screens, those of the settings behind one entry. */
export function MainNav({ shown, active, onNavigate }: NavProps) {
  const settings = shown.find(({ inSettings }) => inSettings);
  return (
    <nav aria-label="Main">
      {shown
        .filter(({ inSettings, isUnlisted }) => !inSettings && !isUnlisted)
        .map(screen => (
          <NavLink key={screen.path} screen={screen} isActive={screen === active} onNavigate={onNavigate} />
        ))}
      {settings && (
        <NavLink
          screen={{ ...settings, label: 'Settings', icon: 'settings' }}
          isActive={active?.inSettings ?? false}
          onNavigate={onNavigate}
        />
      )}
    </nav>
  );
}

/** The tabs of the settings, while one of them is open. */
export function SettingsNav({ shown, active, onNavigate }: NavProps) {
  const tabs = shown.filter(({ inSettings }) => inSettings);
  if (!active?.inSettings || tabs.length < 2) return null;
  return (
    <nav aria-label="Settings" className="settings-nav">
      {tabs.map(screen => (
        <NavLink key={screen.path} screen={screen} isActive={screen === active} onNavigate={onNavigate} />
      ))}
    </nav>
  );
}

interface NavLinkProps extends Pick<NavProps, 'onNavigate'> {
  readonly screen: Screen;
  readonly isActive: boolean;
}

function NavLink({ screen, isActive, onNavigate }: NavLinkProps) {
  const { path, label, icon } = screen;
  return (
    <Link
      href={path}
      onClick={onNavigate}
      className={`nav-link${isActive ? ' is-active' : ''}`}
      aria-current={isActive ? 'page' : undefined}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </Link>
  );
}
