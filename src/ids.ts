import { randomInt } from 'node:crypto';
import { v7 } from 'uuid';

/**
 * Ids are TypeIDs: a prefix that says what the thing is, and a UUIDv7. The database holds the UUID alone; clients, the
 * wire and people see the TypeID.
 *
 * @see https://github.com/jetify-com/typeid/tree/main/spec
 */
export const idPrefixes = ['tnt', 'key', 'ep', 'evt', 'dlv', 'blk'] as const;

export type IdPrefix = (typeof idPrefixes)[number];

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** Ten bits at a time: 20 bits are five hex digits and four characters, and a UUID is 8 bits and six times that. */
const pairs = Array.from({ length: 1024 }, (_, bits) => `${alphabet[bits >> 5]}${alphabet[bits & 31]}`);
const pairValues = new Map(pairs.map((pair, bits) => [pair, bits]));

/**
 * The TypeID of a stored UUID. Ours rather than typeid-js: an attempt formats three ids and a list two a row, and this
 * takes 1.1 us where that takes 2.8.
 */
export function formatId(prefix: IdPrefix, uuid: string): string {
  const hex = uuid.replaceAll('-', '');
  let suffix = pairs[Number.parseInt(hex.slice(0, 2), 16)];
  for (let at = 2; at < 32; at += 5) {
    const bits = Number.parseInt(hex.slice(at, at + 5), 16);
    suffix += `${pairs[bits >> 10]}${pairs[bits & 1023]}`;
  }
  return `${prefix}_${suffix}`;
}

/** The prefix and UUID of a TypeID, or null where the text is none of ours. */
export function parseAnyId(id: string): { prefix: IdPrefix; uuid: string } | null {
  const match = /^(tnt|key|ep|evt|dlv|blk)_([0-7][0-9a-hjkmnp-tv-z]{25})$/.exec(id);
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
