import { pageSettings } from '../page-settings.ts';

const timeoutMs = 15_000;
/** The 4xx status codes after which a later request may succeed: request timeout and too many requests. */
const passingStatuses: readonly number[] = [408, 429];

/** Whether the operator has set a URL that returns new portal tokens. */
export const canRenew = pageSettings.portalRefreshUrl !== null;

/**
 * The result of a request for a new portal token. `ended`: the application returned none, for example because the
 * customer is no longer signed in to it. `unreachable`: the application did not answer, or failed.
 */
export type PortalRenewal = { readonly token: string } | 'ended' | 'unreachable';

/** Requests a new portal token from the application that embeds the portal, with the cookies of that application. */
export async function fetchPortalToken(): Promise<PortalRenewal> {
  const { portalRefreshUrl } = pageSettings;
  if (portalRefreshUrl === null) return 'ended';
  try {
    const response = await fetch(portalRefreshUrl, {
      method: 'POST',
      credentials: 'include',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) {
      return response.status >= 500 || passingStatuses.includes(response.status) ? 'unreachable' : 'ended';
    }
    const { token } = (await response.json()) as { readonly token?: unknown };
    return typeof token === 'string' && token !== '' ? { token } : 'ended';
  } catch (error) {
    console.warn('The portal token cannot be renewed:', error);
    return 'unreachable';
  }
}
