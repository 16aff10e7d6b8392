import { Suspense, useState } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { useViewer } from '../api/viewer.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icons.tsx';
import { Notice } from '../components/notice.tsx';
import { Toasts } from '../components/toasts.tsx';
import { type Session, signOut } from '../session/session.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { KeyHelp } from './key-help.tsx';
import { ScreenBoundary } from './screen-boundary.tsx';
import { screens } from './screens.ts';
import { useShortcuts } from './shortcuts.ts';
import { ThemeButton } from './theme-button.tsx';

/** What stands around every screen: navigation, who is signed in, and whether it is live. */
export function Shell({ session }: { readonly session: Session }) {
  const [helps, setHelps] = useState(false);
  const viewer = useViewer();
  const [location] = useLocation();
  const shown = screens.filter(({ inPortal }) => inPortal || session.kind === 'key');
  useShortcuts({ '?': () => setHelps(true) });
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className="top-bar">
        <Link href="/" className="brand" aria-label="Livehook">
          <img src="/favicon.svg" alt="" width="22" height="22" />
          <span>Livehook</span>
        </Link>
        <nav aria-label="Main">
          {shown.map(({ path, label, icon }) => (
            <Link
              key={path}
              href={path}
              className={`nav-link${isBelow(path, location) ? ' is-active' : ''}`}
              aria-current={isBelow(path, location) ? 'page' : undefined}
            >
              <Icon name={icon} />
              <span>{label}</span>
            </Link>
          ))}
        </nav>
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
      <main id="main" tabIndex={-1}>
        <ScreenBoundary>
          <Suspense fallback={<div className="screen-loading" role="status" aria-label="Loading" />}>
            <Switch>
              {shown.map(({ path, Component }) => (
                <Route key={path} path={`${path}/*?`} component={Component} />
              ))}
              <Route path="/">
                <Redirect to={shown[0]?.path ?? '/deliveries'} replace />
              </Route>
              <Route>
                <Notice icon="search" title="There is nothing here">
                  The address leads to no page. <Link href="/">Back to the start</Link>
                </Notice>
              </Route>
            </Switch>
          </Suspense>
        </ScreenBoundary>
      </main>
      <KeyHelp isOpen={helps} onClose={() => setHelps(false)} />
      <Toasts />
    </div>
  );
}

function isBelow(path: string, location: string): boolean {
  return location === path || location.startsWith(`${path}/`);
}
