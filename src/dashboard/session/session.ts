import { basePath } from '../base-path.ts';
import { openStoredText } from '../browser-storage.ts';
import { createStore } from '../store.ts';
import { messages } from './messages.ts';

/** The session of this tab. */
export interface Session {
  /** An API key, or a token of the portal: what goes behind `Bearer`. */
  readonly bearer: string;
  /** `portal`: a customer who came with a token, and sees neither keys nor tenants. */
  readonly kind: 'key' | 'portal';
  /** The tenant that the root key acts for, `tnt_...`; null: the key's own. */
  readonly tenantId: string | null;
}

const stored = openStoredText('session', 'livehook-session');
const storedPortal = openStoredText('session', 'livehook-portal');
const isFramed = window.self !== window.top;

/**
 * Whether this tab belongs to a customer, who has no API key to sign in with: a portal link was opened in it, or another page
 * shows it in a frame.
 */
export const isPortalTab = createStore(storedPortal.read() !== null || isFramed || readSession()?.kind === 'portal');

/**
 * The session, in sessionStorage: it ends with the tab, no other tab reads it, and no browser adds it to a request by
 * itself, as it would a cookie, so that there is nothing to forge. localStorage would keep a key on the disk for ever. A
 * script in the page could read either; the content security policy lets in none.
 */
export const session = createStore<Session | null>(readSession());

/** How many sessions this page has opened or ended. A session whose token is renewed stays the same. */
export const sessionCount = createStore(0);

/** The session of a portal link that was opened while another one is active: it waits for an answer. */
export const pendingSession = createStore<Session | null>(null);

/** Why the last session ended, for the sign-in page. Null if the viewer signed out. */
export const signOutReason = createStore<string | null>(null);

/** Whether somebody has chosen to sign out since the page was loaded. */
export const hasSignedOut = createStore(false);

/** Whether the token of a sign-in link is being exchanged for a key. */
export const isExchangingLink = createStore(false);

readFragment();
addEventListener('hashchange', readFragment);

/** Sets the session. Null signs out; use `signOut` to give a reason. */
export function setSession(next: Session | null): void {
  stored.write(next && JSON.stringify(next));
  if (next) markTab(next.kind === 'portal');
  sessionCount.set(sessionCount.get() + 1);
  session.set(next);
}

/**
 * Replaces the token of a portal session by a new one for the same customer. Unlike with `setSession`, open screens and
 * dialogs stay open.
 */
export function renewSession(bearer: string): void {
  const current = session.get();
  if (!current) return;
  const next = { ...current, bearer };
  stored.write(JSON.stringify(next));
  session.set(next);
}

/** Replaces the session by the pending one, or forgets the pending one. */
export function answerPendingSession(isAccepted: boolean): void {
  const pending = pendingSession.get();
  if (pending && isAccepted) setSession(pending);
  pendingSession.set(null);
}

/** Signs out. If several requests are rejected at once, the reason of the first is kept. */
export function signOut(reason: string | null): void {
  const ended = session.get();
  if (!ended) return;
  signOutReason.set(reason);
  hasSignedOut.set(reason === null);
  setSession(null);
}

/** Switches the tenant that the root key acts for, `tnt_...`. Null: the default tenant. The connection is opened again. */
export function actFor(tenantId: string | null): void {
  const current = session.get();
  if (current) setSession({ ...current, tenantId });
}

function markTab(isPortal: boolean): void {
  storedPortal.write(isPortal ? 'yes' : null);
  isPortalTab.set(isPortal || isFramed);
}

function readSession(): Session | null {
  try {
    const kept = JSON.parse(stored.read() ?? 'null') as Partial<Session> | null;
    if (typeof kept?.bearer !== 'string') return null;
    return { bearer: kept.bearer, kind: kept.kind ?? 'key', tenantId: kept.tenantId ?? null };
  } catch (error) {
    console.warn('The session of this tab is unreadable:', error);
    return null;
  }
}

/**
 * Reads `#token=...` (a portal link) or `#sign-in=...` (the link that a server prints) from the page URL. Browsers do
 * not send fragments to servers. Removes the fragment from the URL and the browser history before it uses the token.
 */
function readFragment(): void {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const portalToken = fragment.get('token');
  const linkToken = fragment.get('sign-in');
  if (!portalToken && !linkToken) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  if (portalToken) takePortalToken(portalToken);
  else if (linkToken && !session.get()) void exchangeLink(linkToken);
}

/** Signs in, or asks first if the tab has another session: a link from somebody else must not replace it unnoticed. */
function takePortalToken(bearer: string): void {
  const current = session.get();
  if (current?.bearer === bearer) return;
  const taken: Session = { bearer, kind: 'portal', tenantId: null };
  // The page around a frame gives it a new token with each visit, and only allowed origins may frame this page.
  const isRenewal = isFramed && current?.kind === 'portal';
  if (current && !isRenewal) pendingSession.set(taken);
  else setSession(taken);
}

/** Exchanges the token of a sign-in link for the root key, which works once. */
async function exchangeLink(token: string): Promise<void> {
  isExchangingLink.set(true);
  try {
    const response = await fetch(`${basePath}sign-in-link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (response.ok) {
      const { key } = (await response.json()) as { readonly key: string };
      setSession({ bearer: key, kind: 'key', tenantId: null });
    } else {
      signOutReason.set(messages.thisSignInLink);
    }
  } catch (error) {
    console.warn('The sign-in link cannot be used:', error);
    signOutReason.set(messages.cantReachTheServer);
  } finally {
    isExchangingLink.set(false);
  }
}
