import { randomInt } from 'node:crypto';
import { v7 } from 'uuid';

/**
 * Ids are TypeIDs: a prefix that names the type, and a UUIDv7. The database stores only the UUID. Clients, webhooks and
 * screens use the TypeID.
 *
 * @see https://github.com/jetify-com/typeid/tree/main/spec
 */
export const idPrefixes = ['tnt', 'key', 'ep', 'evt', 'dlv', 'blk', 'aud', 'ptk'] as const;

export type IdPrefix = (typeof idPrefixes)[number];

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/**
 * Maps each 10-bit number to its two characters in a TypeID. Five hex digits of a UUID are 20 bits, which makes two
 * entries of this table.
 */
const pairs = Array.from({ length: 1024 }, (_, bits) => `${alphabet[bits >> 5]}${alphabet[bits & 31]}`);
const pairValues = new Map(pairs.map((pair, bits) => [pair, bits]));

/** Maps the character code of a hex digit to its value. */
const nibbles = Uint8Array.from({ length: 128 }, (_, code) => Number.parseInt(String.fromCharCode(code), 16) || 0);

/**
 * Formats a stored UUID as a TypeID. Every attempt and every row of a list formats several ids, and typeid-js takes
 * almost five times as long.
 */
export function formatId(prefix: IdPrefix, uuid: string): string {
  // The dashes are at the positions 8, 13, 18 and 23.
  const head = pairs[(nibble(uuid, 0) << 4) | nibble(uuid, 1)] + fourAt(uuid, 2, 3, 4, 5, 6);
  const middle = fourAt(uuid, 7, 9, 10, 11, 12) + fourAt(uuid, 14, 15, 16, 17, 19) + fourAt(uuid, 20, 21, 22, 24, 25);
  return `${prefix}_${head}${middle}${fourAt(uuid, 26, 27, 28, 29, 30)}${fourAt(uuid, 31, 32, 33, 34, 35)}`;
}

/** Encodes the five hex digits at these positions of the UUID as four characters of the TypeID. */
function fourAt(uuid: string, a: number, b: number, c: number, d: number, e: number): string {
  const middle = nibble(uuid, c);
  const high = (nibble(uuid, a) << 6) | (nibble(uuid, b) << 2) | (middle >> 2);
  return `${pairs[high]}${pairs[((middle & 3) << 8) | (nibble(uuid, d) << 4) | nibble(uuid, e)]}`;
}

function nibble(uuid: string, at: number): number {
  return nibbles[uuid.charCodeAt(at)] as number;
}

/** Parses a TypeID into its prefix and UUID. Null if the text is not a TypeID with a prefix of Livehook. */
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

/** Parses a TypeID with this prefix into its UUID. Null if it is malformed or has another prefix. */
export function parseId(prefix: IdPrefix, id: string): string | null {
  const parsed = parseAnyId(id);
  return parsed?.prefix === prefix ? parsed.uuid : null;
}

let lastMs = 0;
let sequence = 0;

/**
 * Creates a UUIDv7 for `nowMs`, in Unix milliseconds of the database's clock. Within a process each id is greater than
 * the previous one, even if the clock is set back, so that ids sort in order of creation.
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

/** Returns the smallest UUIDv7 of a moment: every id created at that moment or later is at least this one. */
export function uuidLowerBound(unixMs: number): string {
  const hex = Math.max(0, Math.min(Math.trunc(unixMs), 2 ** 48 - 1))
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** Returns the creation time that a UUIDv7 contains, in Unix milliseconds. */
export function uuidTime(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}
