import { UnavailableError } from '../errors.ts';
import { encodeUnreachableCursor } from '../feed/cursor.ts';
import type { GraphqlContext } from './context.ts';

/**
 * Returns the cursor of the current end of the tenant's feed. If the feed is unreachable, returns a cursor for which
 * `deliveryUpdated` later returns CURSOR_EXPIRED. Lists can be read meanwhile, and the error tells the client to read
 * them again.
 */
export async function takeFeedCursor({ services, actor }: GraphqlContext): Promise<string> {
  try {
    return await services.feed.cursor(actor.tenantId);
  } catch (error) {
    if (error instanceof UnavailableError) return encodeUnreachableCursor(actor.tenantId);
    throw error;
  }
}
