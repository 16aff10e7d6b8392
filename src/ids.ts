import { randomInt } from 'node:crypto';
import { v7 } from 'uuid';

/**
 * Ids are TypeIDs: a prefix that says what the thing is, and a UUIDv7. The database holds the UUID alone; clients, the
 * wire and people see the TypeID.
 *
 * @see https://github.com/jetify-com/typeid/tree/main/spec
 */
export const idPrefixes = ['tnt', 'key', 'ep', 'evt', 'dlv', 'blk', 'aud', 'ptk'] as const;

export type IdPrefix = (typeof idPrefixes)[number];

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** Ten bits at a time: 20 bits are five hex digits and four characters, and a UUID is 8 bits and six times that. */
const pairs = Array.from({ length: 1024 }, (_, bits) => `${alphabet[bits >> 5]}${alphabet[bits & 31]}`);
const pairValues = new Map(pairs.map((pair, bits) => [pair, bits]));

/** What a hex digit stands for, by its character code. */
const nibbles = Uint8Array.from({ length: 128 }, (_, code) => Number.parseInt(String.fromCharCode(code), 16) || 0);

/**
 * The TypeID of a stored UUID. Ours rather than typeid-js: an attempt formats three ids and a list one or two a row, and
 * this takes 0.6 us where that takes 2.8, and `parseInt` on five digits at a time 1.2.
 */
export function formatId(prefix: IdPrefix, uuid: string): string {
  // The dashes are at 8, 13, 18 and 23.
  const head = pairs[(nibble(uuid, 0) << 4) | nibble(uuid, 1)] + fourAt(uuid, 2, 3, 4, 5, 6);
  const middle = fourAt(uuid, 7, 9, 10, 11, 12) + fourAt(uuid, 14, 15, 16, 17, 19) + fourAt(uuid, 20, 21, 22, 24, 25);
  return `${prefix}_${head}${middle}${fourAt(uuid, 26, 27, 28, 29, 30)}${fourAt(uuid, 31, 32, 33, 34, 35)}`;
}

/** The four characters for five hex digits, which stand at these places. */
function fourAt(uuid: string, a: number, b: number, c: number, d: number, e: number): string {
  const middle = nibble(uuid, c);
  const high = (nibble(uuid, a) << 6) | (nibble(uuid, b) << 2) | (middle >> 2);
  return `${pairs[high]}${pairs[((middle & 3) << 8) | (nibble(uuid, d) << 4) | nibble(uuid, e)]}`;
}

function nibble(uuid: string, at: number): number {
  return nibbles[uuid.charCodeAt(at)] as number;
}

/** The prefix and UUID of a TypeID, or null where the text is none of ours. */
export function parseAnyId(id: string): { prefix: IdPrefix; uuid: string } | null {
  const match = /^(tnt|key|ep|evt|dlv|blk|aud|ptk)_([0-7][0-9a-hjkmnp-tv-z]{25})$/.exec(id);
  if (!match) return null;
  const [, prefix, suffix = ''] = match;
  const bits = (at: number) => pairValues.get(suffix.slice(at, at + 2)) ?? 0;
  let hex = bits(0).toString(16).padStart(2, '0');
  for (let at = 2; at < suffix.length; at += 4) hex += (bits(at) * 1024 + bits(at + 2)).toString(16).padStart(5, '0');
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { prefix: prefix as IdPrefix, uuid };
}

/** The UUID of a TypeID with this prefix, or null where it is malformed or of another kind. */
export function parseId(prefix: IdPrefix, id: string): string | null {
  const parsed = parseAnyId(id);
  return parsed?.prefix === prefix ? parsed.uuid : null;
}

let lastMs = 0;
let sequence = 0;

/**
 * A new UUIDv7 for this moment, in unix milliseconds: pass the clock that is corrected by the database's.
 * Within a process each id is greater than the one before, also where the clock steps back, so that ids sort as
 * things happened.
 */
export function newUuid(nowMs: number): string {
  const ms = Math.trunc(nowMs);
  if (ms > lastMs) {
    lastMs = ms;
    sequence = randomInt(0x40000000);
  } else {
    sequence += 1;
  }
  return v7({ msecs: lastMs, seq: sequence });
}

/** The smallest UUIDv7 of a moment: an inclusive lower bound for ids made from then on. */
export function uuidLowerBound(unixMs: number): string {
  const hex = Math.max(0, Math.min(Math.trunc(unixMs), 2 ** 48 - 1))
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** The moment a UUIDv7 was made, in unix milliseconds. */
export function uuidTime(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}
