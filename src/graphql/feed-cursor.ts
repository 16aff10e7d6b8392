import { UnavailableError } from '../errors.ts';
import { encodeUnreachableCursor } from '../feed/cursor.ts';
import type { GraphqlContext } from './context.ts';

/**
 * The cursor of the current end of the tenant's feed. If the feed is unavailable, returns a cursor for which
 * `deliveryUpdated` later answers CURSOR_EXPIRED. The list can be read meanwhile, and the client learns that it has to
 * read it again.
 */
export async function takeFeedCursor({ services, actor }: GraphqlContext): Promise<string> {
  try {
    return await services.feed.cursor(actor.tenantId);
  } catch (error) {
    if (error instanceof UnavailableError) return encodeUnreachableCursor(actor.tenantId);
    throw error;
  }
}
