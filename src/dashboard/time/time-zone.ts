import { openStoredText } from '../browser-storage.ts';
import { createStore } from '../store.ts';

/** Whether times are shown in the time zone of this browser or in UTC. */
export type ZoneChoice = 'local' | 'UTC';

const stored = openStoredText('local', 'livehook-time-zone');

/** As chosen in this browser. Default: `local`. Screens are shown again when it changes. */
export const zoneChoice = createStore<ZoneChoice>(stored.read() === 'UTC' ? 'UTC' : 'local');

export function setZoneChoice(next: ZoneChoice): void {
  stored.write(next);
  zoneChoice.set(next);
}

/** The IANA name of the zone in which times are shown, such as `Asia/Tokyo`. */
export function zoneName(): string {
  return zoneChoice.get() === 'UTC' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The parts of a moment on the clock of the chosen zone, with the zone's short name at that time, such as `CET`. */
export function partsInZone(at: Date): Readonly<Record<string, string>> {
  const timeZone = zoneName();
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
    formats.set(timeZone, format);
  }
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}
