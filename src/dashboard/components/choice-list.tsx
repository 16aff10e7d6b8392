import { ListBox, ListBoxItem } from 'react-aria-components';
import chipStyles from './chip.module.css';
import { classNames } from './class-names.ts';
import { Icon } from './icons.tsx';
import styles from './menu.module.css';
import { messages } from './messages.ts';

export interface Choice {
  readonly id: string;
  readonly label: string;
  /** A second line in smaller text. */
  readonly hint?: string;
}

/** The number of matching deliveries of each choice, as text. Choices without an entry were not counted. */
export type ChoiceCounts = ReadonlyMap<string, string>;

export interface ChoiceListProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  /** The counts to show beside the choices. Null if no counts are loaded. */
  readonly counts: ChoiceCounts | null;
  readonly isSingle: boolean;
  readonly onChange: (chosen: string[]) => void;
}

/** The list of choices of a chip. Each shows whether it is chosen and, if known, its number of deliveries. */
export function ChoiceList({ label, choices, chosen, counts, isSingle, onChange }: ChoiceListProps) {
  return (
    <ListBox
      className={classNames(styles.menu)}
      aria-label={label}
      items={choices}
      dependencies={[counts]}
      // Escape closes the list. Without this, React Aria would also clear the selection.
      escapeKeyBehavior="none"
      selectionMode={isSingle ? 'single' : 'multiple'}
      selectedKeys={chosen}
      onSelectionChange={keys => onChange([...(keys as Set<string>)])}
      renderEmptyState={() => <p className={chipStyles.none}>{messages.noMatches}</p>}
    >
      {choice => (
        <ListBoxItem id={choice.id} className={classNames(styles.item)} textValue={choice.label}>
          {({ isSelected }) => (
            <>
              <span className={chipStyles.check}>{isSelected && <Icon name="check" />}</span>
              <span className={styles.text}>
                {choice.label}
                {choice.hint && <small>{choice.hint}</small>}
              </span>
              {counts?.has(choice.id) && <span className={chipStyles.count}>{counts.get(choice.id)}</span>}
            </>
          )}
        </ListBoxItem>
      )}
    </ListBox>
  );
}
