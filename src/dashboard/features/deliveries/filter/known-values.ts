import { errorWords, reasonWords } from '../words.ts';

/** The choices of the time filter by their name in the URL, as milliseconds before now. */
export const timeRanges: Readonly<Record<string, number>> = {
  '15m': 900_000,
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
};

const statuses = ['PENDING', 'PROCESSING', 'RETRYING', 'SUCCEEDED', 'FAILED'];
const eventType = /^[\w-]+(\.[\w-]+)*(\.\*)?$/;

/** For each parameter of the URL, a function that returns whether the server accepts a value. */
export const knows: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['status', value => statuses.includes(value)],
  ['endpoint', value => /^ep_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(value)],
  ['latency', value => readLatency(value) !== null],
  ['event', value => /^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(value)],
  ['operation', value => /^blk_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(value)],
  ['type', value => eventType.test(value)],
  ['response', value => readResponses(value) !== null],
  ['error', value => Object.hasOwn(errorWords, value)],
  ['reason', value => Object.hasOwn(reasonWords, value)],
  ['time', value => Object.hasOwn(timeRanges, value) || readSpan(value) !== null],
  ['test', value => value === 'only' || value === 'without'],
  ['sort', value => /^(CREATED_AT|STATUS|RESPONSE_STATUS|LATENCY)\.(ASC|DESC)$/.test(value)],
]);

/** Parses a status code filter such as `500-599` or `404`. Null if it is invalid. */
export function readResponses(text: string): { from: number; to: number } | null {
  const [, from = '', to = from] = /^([1-9]\d{2})(?:-([1-9]\d{2}))?$/.exec(text) ?? [];
  return from !== '' && Number(from) <= Number(to) ? { from: Number(from), to: Number(to) } : null;
}

/**
 * Parses a latency filter such as `1000-5000` in milliseconds, in which one side may be missing. Null if it is invalid.
 */
export function readLatency(text: string): { from?: number; to?: number } | null {
  const [matches, from, to] = /^(\d{0,9})-(\d{0,9})$/.exec(text) ?? [];
  if (matches === undefined || matches === '-' || (from && to && Number(from) > Number(to))) return null;
  return { ...(from && { from: Number(from) }), ...(to && { to: Number(to) }) };
}

/**
 * Parses a time filter `<from>/<to>` in RFC 3339, in which one side may be missing. Null if it is invalid or its end is
 * not after its start.
 */
export function readSpan(text: string): { from?: string; to?: string } | null {
  const [from, to, ...more] = text.split('/');
  if (from === undefined || to === undefined || more.length > 0 || (!from && !to)) return null;
  const isMoment = (moment: string) =>
    moment === '' || (/^\d{4}-.*Z$/.test(moment) && !Number.isNaN(Date.parse(moment)));
  if (!isMoment(from) || !isMoment(to) || (from && to && Date.parse(from) >= Date.parse(to))) return null;
  return { ...(from && { from }), ...(to && { to }) };
}
