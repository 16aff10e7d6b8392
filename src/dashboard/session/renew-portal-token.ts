import { pageSettings } from '../page-settings.ts';

const timeoutMs = 15_000;

/** Whether the operator has set a URL that returns new portal tokens. */
export const canRenew = pageSettings.portalRefreshUrl !== null;

/**
 * Requests a new portal token from the application that embeds the portal, with the cookies of that application. Null if there
 * is none, for example because the customer has signed out there.
 */
export async function fetchPortalToken(): Promise<string | null> {
  const { portalRefreshUrl } = pageSettings;
  if (portalRefreshUrl === null) return null;
  try {
    const response = await fetch(portalRefreshUrl, {
      method: 'POST',
      credentials: 'include',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) return null;
    const { token } = (await response.json()) as { readonly token?: unknown };
    return typeof token === 'string' && token !== '' ? token : null;
  } catch (error) {
    console.warn('The portal token cannot be renewed:', error);
    return null;
  }
}
