import { zoneChoice } from './time-zone.ts';

/**
 * Converts a time to the value of a `datetime-local` field: the local time in the chosen time zone, to the minute. ''
 * if there is none.
 */
export function toLocalMinute(at: string | undefined): string {
  if (!at) return '';
  const date = new Date(at);
  const offsetMs = zoneChoice.get() === 'UTC' ? 0 : date.getTimezoneOffset() * 60_000;
  return new Date(date.getTime() - offsetMs).toISOString().slice(0, 16);
}

/**
 * Converts the value of a `datetime-local` field to an RFC 3339 time in UTC. '' if it is empty or invalid. If the field
 * still shows `given`, returns exactly `given` with its seconds: in the hour that is repeated when summer time ends, a
 * local time alone is ambiguous.
 */
export function fromLocalMinute(local: string, given?: string): string {
  if (given && local === toLocalMinute(given)) return given;
  const date = new Date(zoneChoice.get() === 'UTC' && local !== '' ? `${local}Z` : local);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
