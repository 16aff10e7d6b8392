import { Button } from '../../../components/button.tsx';
import { Icon } from '../../../components/icons.tsx';
import type { UnknownValue } from './view.ts';

export interface UnknownChipsProps {
  readonly unknown: readonly UnknownValue[];
  readonly onChange: (unknown: UnknownValue[]) => void;
}

/** What the address asks for and nobody understands: it does not count, and goes with one click. */
export function UnknownChips({ unknown, onChange }: UnknownChipsProps) {
  return unknown.map(({ name, value }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: an address may say the same twice.
    <div key={index} className="chip is-wrong" title={`${name}=${value}`}>
      <Icon name="alert" />
      <span className="chip-value">
        {name}: {value}
      </span>
      <span>is unknown</span>
      <Button
        tone="quiet"
        icon="close"
        aria-label={`Remove the unknown ${name}`}
        onPress={() => onChange(unknown.filter((_, other) => other !== index))}
      />
    </div>
  ));
}
