import { Button } from '../components/button.tsx';
import { useStore } from '../store.ts';
import { setZoneChoice, zoneChoice } from '../time/time-zone.ts';

/** Switches between the time zone of this browser and UTC, for every time on the page. */
export function ZoneButton() {
  const isUtc = useStore(zoneChoice) === 'UTC';
  return (
    <Button
      tone="quiet"
      icon="clock"
      label={isUtc ? 'Times in UTC. Show local times' : 'Local times. Show times in UTC'}
      onPress={() => setZoneChoice(isUtc ? 'local' : 'UTC')}
    />
  );
}
