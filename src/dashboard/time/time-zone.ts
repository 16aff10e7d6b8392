import { openStoredText } from '../browser-storage.ts';
import { browserTimeZone, dateParts } from '../intl.ts';
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

/** The parts of a moment on the clock of the chosen zone: see `dateParts`. */
export function partsInZone(at: Date): Readonly<Record<string, string>> {
  return dateParts(at, zoneName());
}
