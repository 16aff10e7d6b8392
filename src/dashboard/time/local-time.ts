import { zoneChoice } from './time-zone.ts';

/** As `datetime-local` takes it: the clock of the chosen time zone, to the minute. '' where nothing is given. */
export function toLocalMinute(at: string | undefined): string {
  if (!at) return '';
  const date = new Date(at);
  const offsetMs = zoneChoice.get() === 'UTC' ? 0 : date.getTimezoneOffset() * 60_000;
  return new Date(date.getTime() - offsetMs).toISOString().slice(0, 16);
}

/**
 * The moment that a `datetime-local` field names, as RFC 3339 in UTC; '' where it is empty or no moment that a filter takes.
 * A field that still shows `given` means that very moment, with its seconds: in the hour that is repeated when summer time
 * ends, the wall clock alone names two.
 */
export function fromLocalMinute(local: string, given?: string): string {
  if (given && local === toLocalMinute(given)) return given;
  const date = new Date(zoneChoice.get() === 'UTC' && local !== '' ? `${local}Z` : local);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
