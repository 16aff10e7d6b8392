import { ListBox, ListBoxItem } from 'react-aria-components';
import type { ChoiceCounts } from '../screens/deliveries/filter/facets.ts';
import type { Choice } from './choice-chip.tsx';
import { Icon } from './icons.tsx';

export interface ChoiceListProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  /** Null: none are known. */
  readonly counts: ChoiceCounts | null;
  readonly isSingle: boolean;
  readonly onChange: (chosen: string[]) => void;
}

/** The choices of a chip, each with its mark and, where it was counted, how many deliveries it stands for. */
export function ChoiceList({ label, choices, chosen, counts, isSingle, onChange }: ChoiceListProps) {
  return (
    <ListBox
      className="menu"
      aria-label={label}
      items={choices}
      dependencies={[counts]}
      // Escape closes the menu; it does not undo what was chosen.
      escapeKeyBehavior="none"
      selectionMode={isSingle ? 'single' : 'multiple'}
      selectedKeys={chosen}
      onSelectionChange={keys => onChange([...(keys as Set<string>)])}
      renderEmptyState={() => <p className="chip-none">No matches</p>}
    >
      {choice => (
        <ListBoxItem id={choice.id} className="menu-item" textValue={choice.label}>
          {({ isSelected }) => (
            <>
              <span className="chip-check">{isSelected && <Icon name="check" />}</span>
              <span className="menu-text">
                {choice.label}
                {choice.hint && <small>{choice.hint}</small>}
              </span>
              {counts?.has(choice.id) && <span className="chip-count">{counts.get(choice.id)}</span>}
            </>
          )}
        </ListBoxItem>
      )}
    </ListBox>
  );
}
