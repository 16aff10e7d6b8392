import { openStoredText } from '../browser-storage.ts';
import { browserTimeZone, shortZoneName } from '../intl.ts';
import { createStore } from '../store.ts';

/** Whether times are shown in the time zone of this browser or in UTC. */
export type ZoneChoice = 'local' | 'UTC';

const stored = openStoredText('local', 'livehook-time-zone');

/** The time zone that the user chose in this browser. Default: `local`. Screens render again when it changes. */
export const zoneChoice = createStore<ZoneChoice>(stored.read() === 'UTC' ? 'UTC' : 'local');

export function setZoneChoice(next: ZoneChoice): void {
  stored.write(next);
  zoneChoice.set(next);
}

/** The IANA name of the zone in which times are shown, such as `Asia/Tokyo`. */
export function zoneName(): string {
  return zoneChoice.get() === 'UTC' ? 'UTC' : browserTimeZone();
}

/** The parts of a moment, padded with zeros: `month` is `02` in February. */
export interface DateParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  readonly millisecond: string;
}

/**
 * The parts of a moment on the clock of the chosen zone. Each row of a list formats several moments, and a formatter of
 * the browser would take 50 times as long.
 */
export function partsInZone(at: Date): DateParts {
  const shown = zoneChoice.get() === 'UTC' ? at : new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return {
    year: pad(shown.getUTCFullYear(), 4),
    month: pad(shown.getUTCMonth() + 1),
    day: pad(shown.getUTCDate()),
    hour: pad(shown.getUTCHours()),
    minute: pad(shown.getUTCMinutes()),
    second: pad(shown.getUTCSeconds()),
    millisecond: pad(shown.getUTCMilliseconds(), 3),
  };
}

/** The short name of the chosen zone at a moment, such as `CET`. */
export function zoneNameAt(at: Date): string {
  return zoneChoice.get() === 'UTC' ? 'UTC' : shortZoneName(at);
}

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}
