import { UnavailableError } from '../errors.ts';
import { encodeUnreachableCursor } from '../feed/cursor.ts';
import type { GraphqlContext } from './context.ts';

/**
 * The cursor of "now" in the tenant's feed. If the feed does not answer, a cursor for which `deliveryUpdated` answers
 * CURSOR_EXPIRED as soon as it does: a list can be read meanwhile, and its client learns that it has to list again.
 */
export async function takeFeedCursor({ services, actor }: GraphqlContext): Promise<string> {
  try {
    return await services.feed.cursor(actor.tenantId);
  } catch (error) {
    if (error instanceof UnavailableError) return encodeUnreachableCursor(actor.tenantId);
    throw error;
  }
}
