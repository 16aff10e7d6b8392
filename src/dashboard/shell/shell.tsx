import { lazy, Suspense, useState } from 'react';
import { Link, Redirect, Route, Switch, useLocation, useSearch } from 'wouter';
import { useViewer } from '../api/viewer.ts';
import { basePath } from '../base-path.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { Toasts } from '../components/toasts.tsx';
import { type Session, signOut } from '../session/session.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { isAllowed } from './is-allowed.ts';
import { MainNav, SettingsNav } from './main-nav.tsx';
import { ScreenBoundary } from './screen-boundary.tsx';
import { screens } from './screens.ts';
import { useShortcuts } from './shortcuts.ts';
import { Strips } from './strips.tsx';
import { ThemeButton } from './theme-button.tsx';
import { useArrival } from './use-arrival.ts';

const KeyHelp = lazy(() => import('./key-help.tsx'));

/** What stands around every screen: navigation, who is signed in, and whether it is live. */
export function Shell({ session }: { readonly session: Session }) {
  const [helps, setHelps] = useState(false);
  const viewer = useViewer();
  const [location] = useLocation();
  // The base of the page is not its own address: `#main` alone would leave it.
  const search = useSearch();
  const shown = screens.filter(screen => isAllowed(screen, session, viewer));
  const known = screens.find(({ path }) => isBelow(path, location));
  const active = known && shown.includes(known) ? known : undefined;
  useArrival(active?.label ?? 'Livehook');
  useShortcuts({ '?': () => setHelps(true) });
  return (
    <div className="shell">
      <a className="skip-link" href={`${basePath.slice(0, -1)}${location}${search && `?${search}`}#main`}>
        Skip to the content
      </a>
      <header className="top-bar">
        <Link href="/" className="brand" aria-label="Livehook">
          <img src="favicon.svg" alt="" width="22" height="22" />
          <span>Livehook</span>
        </Link>
        <MainNav shown={shown} active={active} />
        <div className="top-bar-end">
          <ConnectionBadge />
          {viewer.tenantName !== null && (
            <span className="who" title={viewer.keyName ?? ''}>
              {viewer.tenantName}
            </span>
          )}
          <Button tone="quiet" icon="keyboard" label="Keyboard" shortcut="?" onPress={() => setHelps(true)} />
          <ThemeButton />
          <Button tone="quiet" icon="signOut" label="Sign out" onPress={() => signOut(null)} />
        </div>
      </header>
      <Strips session={session} />
      <SettingsNav shown={shown} active={active} />
      <main id="main" tabIndex={-1}>
        <ScreenBoundary key={active?.path}>
          <Suspense fallback={<div className="screen-loading" role="status" aria-label="Loading" />}>
            <Switch>
              {shown.map(({ path, Component }) => (
                <Route key={path} path={`${path}/*?`} component={Component} />
              ))}
              <Route path="/">
                <Redirect to={shown[0]?.path ?? '/deliveries'} replace />
              </Route>
              <Route>
                <NothingHere isHidden={known !== undefined} />
              </Route>
            </Switch>
          </Suspense>
        </ScreenBoundary>
      </main>
      {helps && (
        <Suspense>
          <KeyHelp onClose={() => setHelps(false)} />
        </Suspense>
      )}
      <Toasts />
    </div>
  );
}

/** Why an address shows nothing. */
function NothingHere({ isHidden }: { readonly isHidden: boolean }) {
  if (isHidden) {
    return (
      <Notice isPage icon="key" title="This is not for your key">
        It lacks the permission to see this page. <Link href="/">Back to the start</Link>
      </Notice>
    );
  }
  return (
    <Notice isPage icon="search" title="There is nothing here">
      The address leads to no page. <Link href="/">Back to the start</Link>
    </Notice>
  );
}

function isBelow(path: string, location: string): boolean {
  return location === path || location.startsWith(`${path}/`);
}
