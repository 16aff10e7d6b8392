import { type ReactNode, useRef, useState } from 'react';
import { Button, PlainButton } from './button.tsx';
import styles from './chip.module.css';
import type { Choice, ChoiceCounts } from './choice-list.tsx';
import { classNames } from './class-names.ts';
import { Icon } from './icons.tsx';
import { messages } from './messages.ts';
import { ChoicePopover } from './overlays.ts';

export interface ChoiceChipProps {
  /** The name of the filter, such as `Status`. */
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
  /** Whether only one value can be chosen. Default: false. */
  readonly isSingle?: boolean;
  /** Called with the search text. Required if `choices` contains only some of the possible values. */
  readonly onSearch?: (text: string) => void;
  /** Loads the counts that are shown beside the choices. Called each time the list opens. */
  readonly readCounts?: () => Promise<ChoiceCounts | null>;
  /** Returns the text for a value that is not among the choices. Default: the value itself. */
  readonly describe?: (id: string) => string;
  /** Renders content below the choices. `close` closes the list. */
  readonly renderMore?: (close: () => void) => ReactNode;
}

/**
 * The chip of one filter. It shows the chosen values, opens the list of choices, and has a button that clears the
 * filter.
 */
export function ChoiceChip(props: ChoiceChipProps) {
  const { label, choices, chosen, onChange, isSingle = false, onSearch, readCounts, renderMore } = props;
  const describe = props.describe ?? (id => id);
  const [isOpen, setIsOpen] = useState(false);
  const [counts, setCounts] = useState<ChoiceCounts | null>(null);
  const anchor = useRef<HTMLButtonElement>(null);
  const openings = useRef(0);
  const nameOf = (id: string) => choices.find(choice => choice.id === id)?.label ?? describe(id);
  const summary = chosen.length > 2 ? messages.selected(chosen.length) : chosen.map(nameOf).join(', ');
  const unlisted = chosen.filter(id => !choices.some(choice => choice.id === id));
  const close = () => {
    openings.current += 1;
    setIsOpen(false);
  };
  const open = async () => {
    openings.current += 1;
    const opening = openings.current;
    setIsOpen(true);
    const read = await readCounts?.();
    if (read !== undefined && opening === openings.current) setCounts(read);
  };
  return (
    <div className={classNames(styles.chip, chosen.length > 0 && styles.isActive)}>
      <PlainButton
        className={styles.button}
        ref={anchor}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPress={() => void open()}
      >
        <span>{label}</span>
        {chosen.length > 0 ? (
          <span className={styles.value} title={chosen.map(nameOf).join(', ')}>
            {summary}
          </span>
        ) : (
          <Icon name="chevronDown" />
        )}
      </PlainButton>
      {isOpen && (
        <ChoicePopover
          anchor={anchor}
          label={label}
          choices={[...unlisted.map(id => ({ id, label: describe(id) })), ...choices]}
          chosen={chosen}
          counts={counts}
          isSingle={isSingle}
          isSearchable={onSearch !== undefined || choices.length > 8}
          onSearch={onSearch}
          more={renderMore?.(close)}
          onChange={ids => {
            onChange(ids);
            if (isSingle) close();
          }}
          onClose={close}
        />
      )}
      {chosen.length > 0 && (
        <Button
          tone="quiet"
          icon="close"
          aria-label={messages.clear(label.toLowerCase())}
          onPress={() => onChange([])}
        />
      )}
    </div>
  );
}
