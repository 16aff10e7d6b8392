import { Button } from '../components/button.tsx';
import { useStore } from '../store.ts';
import { setZoneChoice, zoneChoice } from '../time/time-zone.ts';
import { messages } from './messages.ts';

/** Switches between the time zone of this browser and UTC, for every time on the page. */
export function ZoneButton() {
  const isUtc = useStore(zoneChoice) === 'UTC';
  return (
    <Button
      tone="quiet"
      icon="clock"
      label={isUtc ? messages.timesInUtcShowLocal : messages.localTimesShowTimes}
      onPress={() => setZoneChoice(isUtc ? 'local' : 'UTC')}
    />
  );
}
