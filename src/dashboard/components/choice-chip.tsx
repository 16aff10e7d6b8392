import { type ReactNode, useRef, useState } from 'react';
import {
  Button as AriaButton,
  Autocomplete,
  Dialog,
  DialogTrigger,
  Input,
  Popover,
  SearchField,
  useFilter,
} from 'react-aria-components';
import type { ChoiceCounts } from '../screens/deliveries/filter/facets.ts';
import { Button } from './button.tsx';
import { ChoiceList } from './choice-list.tsx';
import { Icon } from './icons.tsx';

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
  /** Asked each time it opens; what it shows beside the choices. */
  readonly readCounts?: () => Promise<ChoiceCounts | null>;
  /** What a value that is none of the choices is called. Default: itself. */
  readonly describe?: (id: string) => string;
  /** Stands below the choices; `close` ends it. */
  readonly renderMore?: (close: () => void) => ReactNode;
}

/** One filter: a chip that says what is chosen, opens the choices, and is emptied by its cross. */
export function ChoiceChip(props: ChoiceChipProps) {
  const { label, choices, chosen, onChange, isSingle = false, onSearch, readCounts, renderMore } = props;
  const describe = props.describe ?? (id => id);
  const { contains } = useFilter({ sensitivity: 'base' });
  const [counts, setCounts] = useState<ChoiceCounts | null>(null);
  const openings = useRef(0);
  const nameOf = (id: string) => choices.find(choice => choice.id === id)?.label ?? describe(id);
  const summary = chosen.length > 2 ? `${chosen.length} selected` : chosen.map(nameOf).join(', ');
  const isSearchable = onSearch !== undefined || choices.length > 8;
  const strangers = chosen.filter(id => !choices.some(choice => choice.id === id));
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
      choices={[...strangers.map(id => ({ id, label: describe(id) })), ...choices]}
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
    <div className={`chip${chosen.length > 0 ? ' is-active' : ''}`}>
      <DialogTrigger onOpenChange={isOpen => void open(isOpen)}>
        <AriaButton className="chip-button">
          <span className="chip-label">{label}</span>
          {chosen.length > 0 ? (
            <span className="chip-value" title={chosen.map(nameOf).join(', ')}>
              {summary}
            </span>
          ) : (
            <Icon name="chevronDown" />
          )}
        </AriaButton>
        <Popover className="popover" placement="bottom start">
          <Dialog className="chip-dialog" aria-label={`Filter by ${label.toLowerCase()}`}>
            {({ close }) => (
              <>
                <div className="chip-scroll">
                  {isSearchable ? (
                    <Autocomplete {...(onSearch ? { onInputChange: onSearch } : { filter: contains })}>
                      <SearchField className="chip-search" aria-label={`Find: ${label.toLowerCase()}`} autoFocus>
                        <Input className="input" placeholder="Find…" />
                      </SearchField>
                      {renderList(close)}
                    </Autocomplete>
                  ) : (
                    renderList(close)
                  )}
                </div>
                {renderMore && <div className="chip-more">{renderMore(close)}</div>}
              </>
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
