import { BadUserInputError } from '../errors.ts';

/** A place in a tenant's feed: everything up to `position` has been told, but for the positions in `held`. */
export interface FeedCursor {
  readonly epoch: string;
  readonly position: number;
  /** Positions before `position` that were being held back for an earlier version. Ascending. */
  readonly held: readonly number[];
}

/** More positions than this are not listed; the cursor then steps back in front of the earliest. */
const maxHeldListed = 64;
const maxCursorLength = 1024;
const cursorPattern = /^([0-9a-z]{8,32})\.([0-9a-z]{1,10})\.([0-9a-z_]*)\.([0-9a-z]{1,7})$/;

/** FNV-1a (32 bit). Guards against slips, such as a cut or foreign cursor; a forged one shows its own tenant's feed only. */
function checksum(tenantId: string, body: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < tenantId.length; i++) hash = Math.imul(hash ^ tenantId.charCodeAt(i), 0x01000193);
  for (let i = 0; i < body.length; i++) hash = Math.imul(hash ^ body.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

/**
 * The text of a cursor, valid for this tenant alone. Where more than 64 positions are held it names the place before
 * the earliest of them: a subscriber that resumes there may see versions again, and misses none.
 */
export function encodeCursor(tenantId: string, { epoch, position, held }: FeedCursor): string {
  const listed = held.length <= maxHeldListed;
  const place = listed ? position : (held[0] as number) - 1;
  const distances = listed && held.length > 0 ? held.map(each => (place - each).toString(36)).join('_') : '';
  const body = `${epoch}.${place.toString(36)}.${distances}`;
  return `${body}.${checksum(tenantId, body)}`;
}

/** @throws BadUserInputError (`after`) for text that `encodeCursor` did not make for this tenant. */
export function decodeCursor(tenantId: string, text: string): FeedCursor {
  const match = text.length <= maxCursorLength ? cursorPattern.exec(text) : null;
  const [, epoch, place, distances, check] = match ?? [];
  if (epoch === undefined || place === undefined || distances === undefined) throw notACursor();
  if (check !== checksum(tenantId, `${epoch}.${place}.${distances}`)) throw notACursor();
  const position = Number.parseInt(place, 36);
  const held = distances === '' ? [] : distances.split('_').map(each => position - Number.parseInt(each, 36));
  if (!Number.isSafeInteger(position) || held.length > maxHeldListed) throw notACursor();
  if (!held.every(each => each > 0 && each < position)) throw notACursor();
  return { epoch, position, held };
}

function notACursor(): BadUserInputError {
  return new BadUserInputError('after', 'This is not a cursor of this feed.');
}
