import { randomInt } from 'node:crypto';
import { BadUserInputError } from '../errors.ts';

/** Creates an epoch for a new log: 12 random characters of `0-9a-z`. */
export function newEpoch(): string {
  return Array.from({ length: 12 }, () => randomInt(36).toString(36)).join('');
}

/** A position in a tenant's feed: the place right after the transition at `position`. */
export interface FeedCursor {
  readonly epoch: string;
  readonly position: number;
}

const cursorPattern = /^([0-9a-z]{8,32})\.([0-9a-z]{1,10})\.([0-9a-z]{1,7})$/;

/**
 * Computes a checksum (FNV-1a, 32 bit) that detects mistakes, such as a truncated cursor. It does not prevent forgery,
 * because a forged cursor shows only the feed of its own tenant.
 */
function checksum(tenantId: string, body: string): string {
  let hash = 0x811c9dc5;
  const text = tenantId + body;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** Returns the text of a cursor, which is valid only for this tenant. */
export function encodeCursor(tenantId: string, { epoch, position }: FeedCursor): string {
  const body = `${epoch}.${position.toString(36)}`;
  return `${body}.${checksum(tenantId, body)}`;
}

/**
 * The epoch of cursors that were created while the feed was unavailable. It differs from the epoch of every log, which
 * is random.
 */
const unreachableEpoch = 'unreachable';

/** Creates a cursor while the feed is unavailable. Subscribing after it throws CursorExpiredError. */
export function encodeUnreachableCursor(tenantId: string): string {
  return encodeCursor(tenantId, { epoch: unreachableEpoch, position: 0 });
}

/**
 * Parses the text of a cursor.
 *
 * @throws BadUserInputError (`after`) for text that `encodeCursor` did not create for this tenant.
 */
export function decodeCursor(tenantId: string, text: string): FeedCursor {
  const [, epoch, place, check] = cursorPattern.exec(text) ?? [];
  if (epoch === undefined || place === undefined) throw notACursor();
  if (check !== checksum(tenantId, `${epoch}.${place}`)) throw notACursor();
  const position = Number.parseInt(place, 36);
  if (!Number.isSafeInteger(position)) throw notACursor();
  return { epoch, position };
}

function notACursor(): BadUserInputError {
  return new BadUserInputError('after', 'This is not a cursor of this feed.');
}
