import { basePath } from '../base-path.ts';
import { openStoredText } from '../browser-storage.ts';
import { createStore } from '../store.ts';
import { messages } from './messages.ts';

/** The session of this tab. */
export interface Session {
  /** An API key or a portal token, which requests send in the Authorization header. */
  readonly bearer: string;
  /** `portal`: a customer with a portal token, who cannot see keys or tenants. */
  readonly kind: 'key' | 'portal';
  /** The tenant in which the root key works, `tnt_...`. Null for the default tenant, and for every other key. */
  readonly tenantId: string | null;
}

const stored = openStoredText('session', 'livehook-session');
const storedPortal = openStoredText('session', 'livehook-portal');
const isFramed = window.self !== window.top;

/**
 * Whether this tab belongs to a portal customer, who has no API key to sign in with. True if a portal link was opened
 * in it, or if the page is in a frame.
 */
export const isPortalTab = createStore(storedPortal.read() !== null || isFramed || readSession()?.kind === 'portal');

/**
 * The session. It is stored in sessionStorage, so that it ends with the tab and no other tab can read it. A cookie
 * would allow forged requests, and localStorage would keep the key on disk. Scripts in the page could read it, so the
 * content security policy allows no foreign scripts.
 */
export const session = createStore<Session | null>(readSession());

/**
 * Counts the sessions that this page has opened or ended. It does not change when the token of a session is renewed.
 */
export const sessionCount = createStore(0);

/** The session of a portal link that was opened while another session is active. The user has to accept it first. */
export const pendingSession = createStore<Session | null>(null);

/** Why the last session ended, for the sign-in page. Null if the viewer signed out. */
export const signOutReason = createStore<string | null>(null);

/** Whether the user has signed out since the page was loaded. */
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

/** Starts the pending session in place of the current one if the user has accepted it. Otherwise discards it. */
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

/** Switches the root key to a tenant, `tnt_...`. Null: the default tenant. The websocket is opened again. */
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

/**
 * Signs in with a portal token. Asks first if the tab has another session, because a link from somebody else must not
 * replace it unnoticed.
 */
function takePortalToken(bearer: string): void {
  const current = session.get();
  if (current?.bearer === bearer) return;
  const taken: Session = { bearer, kind: 'portal', tenantId: null };
  // No confirmation is needed in a frame: the embedding page passes a new token on each visit, and only allowed origins
  // can embed this page.
  const isRenewal = isFramed && current?.kind === 'portal';
  if (current && !isRenewal) pendingSession.set(taken);
  else setSession(taken);
}

/** Exchanges the token of a sign-in link for the root key. This works once for each link. */
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
      signOutReason.set(messages.signInLinkInvalid);
    }
  } catch (error) {
    console.warn('The sign-in link cannot be used:', error);
    signOutReason.set(messages.cantReachTheServer);
  } finally {
    isExchangingLink.set(false);
  }
}
