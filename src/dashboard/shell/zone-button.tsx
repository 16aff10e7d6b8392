import { Button } from '../components/button.tsx';
import { useStore } from '../store.ts';
import { setZoneChoice, zoneChoice } from '../time/time-zone.ts';
import { messages } from './messages.ts';

/** A button that switches all times on the page between the time zone of the browser and UTC. */
export function ZoneButton() {
  const isUtc = useStore(zoneChoice) === 'UTC';
  return (
    <Button
      tone="quiet"
      icon="clock"
      label={isUtc ? messages.switchToLocalTimes : messages.switchToUtc}
      onPress={() => setZoneChoice(isUtc ? 'local' : 'UTC')}
    />
  );
}
