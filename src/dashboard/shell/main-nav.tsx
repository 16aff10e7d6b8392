import { Link } from 'wouter';
import { classNames } from '../components/class-names.ts';
import { Icon } from '../components/icons.tsx';
import styles from './main-nav.module.css';
import { messages } from './messages.ts';
import type { Screen } from './screens.ts';

export interface NavProps {
  /** The screens that the viewer may open. */
  readonly shown: readonly Screen[];
  /** The open screen. Undefined if there is none. */
  readonly active: Screen | undefined;
  /** Called when the user clicks an entry, including that of the open screen. */
  readonly onNavigate: () => void;
}

/** The main navigation. All settings screens share one entry. */
export function MainNav({ shown, active, onNavigate }: NavProps) {
  const settings = shown.find(({ inSettings }) => inSettings);
  return (
    <nav aria-label={messages.main}>
      {shown
        .filter(({ inSettings, isUnlisted }) => !inSettings && !isUnlisted)
        .map(screen => (
          <NavLink key={screen.path} screen={screen} isActive={screen === active} onNavigate={onNavigate} />
        ))}
      {settings && (
        <NavLink
          screen={{ ...settings, label: messages.settings, icon: 'settings' }}
          isActive={active?.inSettings ?? false}
          onNavigate={onNavigate}
        />
      )}
    </nav>
  );
}

/** The tabs of the settings screens. Renders nothing on other screens. */
export function SettingsNav({ shown, active, onNavigate }: NavProps) {
  const tabs = shown.filter(({ inSettings }) => inSettings);
  if (!active?.inSettings || tabs.length < 2) return null;
  return (
    <nav aria-label={messages.settings} className={styles.settings}>
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
      className={classNames(styles.link, isActive && styles.isActive)}
      aria-current={isActive ? 'page' : undefined}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </Link>
  );
}
