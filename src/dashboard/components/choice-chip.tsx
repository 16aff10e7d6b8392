import { type ReactNode, useRef, useState } from 'react';
import {
  Button as AriaButton,
  Autocomplete,
  Dialog,
  DialogTrigger,
  Input,
  SearchField,
  useFilter,
} from 'react-aria-components';
import { Button } from './button.tsx';
import styles from './chip.module.css';
import { type Choice, type ChoiceCounts, ChoiceList } from './choice-list.tsx';
import { classNames } from './class-names.ts';
import fieldStyles from './field.module.css';
import { Icon } from './icons.tsx';
import { messages } from './messages.ts';
import { Popover } from './popover.tsx';

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
  const { contains } = useFilter({ sensitivity: 'base' });
  const [counts, setCounts] = useState<ChoiceCounts | null>(null);
  const openings = useRef(0);
  const nameOf = (id: string) => choices.find(choice => choice.id === id)?.label ?? describe(id);
  const summary = chosen.length > 2 ? messages.selected(chosen.length) : chosen.map(nameOf).join(', ');
  const isSearchable = onSearch !== undefined || choices.length > 8;
  const unlisted = chosen.filter(id => !choices.some(choice => choice.id === id));
  const open = async (isOpen: boolean) => {
    openings.current += 1;
    const opening = openings.current;
    if (!isOpen || !readCounts) return;
    const read = await readCounts();
    if (opening === openings.current) setCounts(read);
  };
  const renderList = (close: () => void) => (
    <ChoiceList
      label={label}
      choices={[...unlisted.map(id => ({ id, label: describe(id) })), ...choices]}
      chosen={chosen}
      counts={counts}
      isSingle={isSingle}
      onChange={ids => {
        onChange(ids);
        if (isSingle) close();
      }}
    />
  );
  return (
    <div className={classNames(styles.chip, chosen.length > 0 && styles.isActive)}>
      <DialogTrigger onOpenChange={isOpen => void open(isOpen)}>
        <AriaButton className={classNames(styles.button)}>
          <span>{label}</span>
          {chosen.length > 0 ? (
            <span className={styles.value} title={chosen.map(nameOf).join(', ')}>
              {summary}
            </span>
          ) : (
            <Icon name="chevronDown" />
          )}
        </AriaButton>
        <Popover placement="bottom start" hasNamedDialog>
          <Dialog className={classNames(styles.dialog)} aria-label={messages.filterBy(label.toLowerCase())}>
            {({ close }) => (
              <>
                <div className={styles.scroll}>
                  {isSearchable ? (
                    <Autocomplete {...(onSearch ? { onInputChange: onSearch } : { filter: contains })}>
                      <SearchField
                        className={classNames(styles.search)}
                        aria-label={messages.find(label.toLowerCase())}
                        autoFocus
                      >
                        <Input className={classNames(fieldStyles.input)} placeholder={messages.findPlaceholder} />
                      </SearchField>
                      {renderList(close)}
                    </Autocomplete>
                  ) : (
                    renderList(close)
                  )}
                </div>
                {renderMore && <div className={styles.more}>{renderMore(close)}</div>}
              </>
            )}
          </Dialog>
        </Popover>
      </DialogTrigger>
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
