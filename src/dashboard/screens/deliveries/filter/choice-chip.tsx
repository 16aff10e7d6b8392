import {
  Button as AriaButton,
  Autocomplete,
  Dialog,
  DialogTrigger,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
  useFilter,
} from 'react-aria-components';
import { Button } from '../../../components/button.tsx';
import { Icon } from '../../../components/icons.tsx';

export interface Choice {
  readonly id: string;
  readonly label: string;
  /** A smaller second line. */
  readonly hint?: string;
}

export interface ChoiceChipProps {
  /** What is filtered by, such as `Status`. */
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
  /** Default: several. */
  readonly isSingle?: boolean;
  /** Told what is looked for, where the choices are too many to have them all. */
  readonly onSearch?: (text: string) => void;
}

/** One filter: a chip that says what is chosen, opens the choices, and is emptied by its cross. */
export function ChoiceChip({ label, choices, chosen, onChange, isSingle = false, onSearch }: ChoiceChipProps) {
  const { contains } = useFilter({ sensitivity: 'base' });
  const nameOf = (id: string) => choices.find(choice => choice.id === id)?.label ?? id;
  const summary = chosen.length > 2 ? `${chosen.length} chosen` : chosen.map(nameOf).join(', ');
  const isSearchable = onSearch !== undefined || choices.length > 8;
  const list = (
    <ListBox
      className="menu"
      aria-label={label}
      items={choices}
      selectionMode={isSingle ? 'single' : 'multiple'}
      selectedKeys={chosen}
      onSelectionChange={keys => onChange([...(keys as Set<string>)])}
      renderEmptyState={() => <p className="chip-none">Nothing is called that.</p>}
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
            </>
          )}
        </ListBoxItem>
      )}
    </ListBox>
  );
  return (
    <div className={`chip${chosen.length > 0 ? ' is-active' : ''}`}>
      <DialogTrigger>
        <AriaButton className="chip-button">
          <span className="chip-label">{label}</span>
          {chosen.length > 0 ? <span className="chip-value">{summary}</span> : <Icon name="chevronDown" />}
        </AriaButton>
        <Popover className="popover" placement="bottom start">
          <Dialog className="chip-dialog" aria-label={`Filter by ${label.toLowerCase()}`}>
            {isSearchable ? (
              <Autocomplete {...(onSearch ? { onInputChange: onSearch } : { filter: contains })}>
                <SearchField className="chip-search" aria-label={`Find: ${label.toLowerCase()}`} autoFocus>
                  <Input className="input" placeholder="Find…" />
                </SearchField>
                {list}
              </Autocomplete>
            ) : (
              list
            )}
          </Dialog>
        </Popover>
      </DialogTrigger>
      {chosen.length > 0 && (
        <Button tone="quiet" icon="close" aria-label={`Clear ${label.toLowerCase()}`} onPress={() => onChange([])} />
      )}
    </div>
  );
}
