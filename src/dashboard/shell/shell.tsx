import { useEffect, useState } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { useViewer } from '../api/viewer.ts';
import { basePath } from '../base-path.ts';
import { BrandLogo } from '../components/brand.tsx';
import { Button } from '../components/button.tsx';
import { classNames } from '../components/class-names.ts';
import { fill } from '../components/fill.tsx';
import { Notice } from '../components/notice.tsx';
import { preloadOverlays } from '../components/overlays.ts';
import { Toasts } from '../components/toasts.tsx';
import { useShortcuts } from '../components/use-shortcuts.ts';
import { onDemand } from '../on-demand.tsx';
import { pageSettings } from '../page-settings.ts';
import { useQueryText } from '../query-params.ts';
import { type Session, signOut } from '../session/session.ts';
import { useStore } from '../store.ts';
import { zoneChoice } from '../time/time-zone.ts';
import { Banners } from './banners.tsx';
import { ConnectionBadge } from './connection-badge.tsx';
import { isAllowed } from './is-allowed.ts';
import { MainNav, SettingsNav } from './main-nav.tsx';
import { messages } from './messages.ts';
import { ScreenBoundary } from './screen-boundary.tsx';
import { screens } from './screens.ts';
import styles from './shell.module.css';
import { ThemeButton } from './theme-button.tsx';
import { useArrival } from './use-arrival.ts';
import { ZoneButton } from './zone-button.tsx';

const KeyHelp = onDemand(() => import('./key-help.tsx'));

/** The pause before the scripts of dialogs and menus are loaded, in which the screen loads its own. */
const preloadPauseMs = 3_000;

/** The frame of every screen: navigation, session and connection state. */
export function Shell({ session }: { readonly session: Session }) {
  const [helps, setHelps] = useState(false);
  const [navigations, setNavigations] = useState(0);
  const countNavigation = () => setNavigations(count => count + 1);
  const viewer = useViewer();
  // Renders everything again when the user changes the time zone.
  useStore(zoneChoice);
  const [location] = useLocation();
  // A link to `#main` alone would leave this page, because the page sets a base URL. So the link contains the path and
  // query too.
  const search = useQueryText();
  const shown = screens.filter(screen => isAllowed(screen, session, viewer));
  const known = screens.find(({ path }) => isBelow(path, location));
  const active = known && shown.includes(known) ? known : undefined;
  useArrival(active?.label ?? null);
  useShortcuts({ '?': () => setHelps(true) });
  useEffect(() => {
    const timer = setTimeout(preloadOverlays, preloadPauseMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles.shell}>
      <a className={styles.skipLink} href={`${basePath.slice(0, -1)}${location}${search && `?${search}`}#main`}>
        {messages.skipToTheContent}
      </a>
      <header className={styles.topBar}>
        <Link href="/" className={classNames(styles.brand)} aria-label={pageSettings.brand.name}>
          <BrandLogo size={22} />
          <span>{pageSettings.brand.name}</span>
        </Link>
        <MainNav shown={shown} active={active} onNavigate={countNavigation} />
        <div className={styles.topBarEnd}>
          <ConnectionBadge />
          {viewer.tenantName !== null && (
            <span className={styles.who} title={viewer.keyName ?? ''}>
              {viewer.tenantName}
            </span>
          )}
          <span className={styles.keyboardHelp}>
            <Button
              tone="quiet"
              icon="keyboard"
              label={messages.keyboardShortcuts}
              shortcut="?"
              onPress={() => setHelps(true)}
            />
          </span>
          <ZoneButton />
          <ThemeButton />
          <Button tone="quiet" icon="signOut" label={messages.signOut} onPress={() => signOut(null)} />
        </div>
      </header>
      <Banners session={session} />
      <SettingsNav shown={shown} active={active} onNavigate={countNavigation} />
      <main id="main" tabIndex={-1}>
        <ScreenBoundary key={active?.path} resetKey={`${location}?${search} ${navigations}`}>
          <Switch>
            {shown.map(({ path, Component }) => (
              <Route key={path} path={`${path}/*?`} component={Component} />
            ))}
            <Route path="/">
              <Redirect to={shown[0]?.path ?? '/deliveries'} replace />
            </Route>
            <Route>
              {known !== undefined && !viewer.isKnown ? (
                <div role="status" aria-label={messages.loading} />
              ) : (
                <NothingHere isHidden={known !== undefined} isPortal={session.kind === 'portal'} />
              )}
            </Route>
          </Switch>
        </ScreenBoundary>
      </main>
      {helps && <KeyHelp onClose={() => setHelps(false)} />}
      <Toasts />
    </div>
  );
}

/** Shown if the URL names no screen, or one that the viewer may not open. */
function NothingHere({ isHidden, isPortal }: { readonly isHidden: boolean; readonly isPortal: boolean }) {
  if (isHidden) {
    return (
      <Notice isPage icon="key" title={messages.noAccess}>
        {fill(isPortal ? messages.noPermissionOfLink : messages.noPermissionOfKey, {
          link: <Link href="/">{messages.goToOverview}</Link>,
        })}
      </Notice>
    );
  }
  return (
    <Notice isPage icon="search" title={messages.pageNotFound}>
      {fill(messages.pageNotFoundHint, { link: <Link href="/">{messages.goToOverview}</Link> })}
    </Notice>
  );
}

function isBelow(path: string, location: string): boolean {
  return location === path || location.startsWith(`${path}/`);
}
