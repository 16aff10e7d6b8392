import { Button } from '../../../components/button.tsx';
import chipStyles from '../../../components/chip.module.css';
import { classNames } from '../../../components/class-names.ts';
import { Icon } from '../../../components/icons.tsx';
import type { UnknownValue } from '../../../features/deliveries/filter/view.ts';
import { messages } from '../messages.ts';

export interface UnknownChipsProps {
  readonly unknown: readonly UnknownValue[];
  readonly onChange: (unknown: UnknownValue[]) => void;
}

/** Chips for unknown filters in the page URL. They have no effect, and each can be removed. */
export function UnknownChips({ unknown, onChange }: UnknownChipsProps) {
  return unknown.map(({ name, value }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: an address may say the same twice.
    <div key={index} className={classNames(chipStyles.chip, chipStyles.isWrong)} title={`${name}=${value}`}>
      <Icon name="alert" />
      <span>{messages.unknownFilter}</span>
      <span className={chipStyles.value}>
        {name} = {value}
      </span>
      <Button
        tone="quiet"
        icon="close"
        aria-label={messages.removeUnknownFilter(name)}
        onPress={() => onChange(unknown.filter((_, other) => other !== index))}
      />
    </div>
  ));
}
