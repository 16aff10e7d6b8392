import type { ReactNode, RefObject } from 'react';
import { Autocomplete, Dialog, Input, SearchField, useFilter } from 'react-aria-components';
import styles from './chip.module.css';
import { ChoiceList, type ChoiceListProps } from './choice-list.tsx';
import { classNames } from './class-names.ts';
import fieldStyles from './field.module.css';
import { messages } from './messages.ts';
import { Popover } from './popover.tsx';

export interface ChoicePopoverProps extends ChoiceListProps {
  /** The button beside which the panel is shown. */
  readonly anchor: RefObject<HTMLElement | null>;
  /** Called with the search text. Default: the search text filters the choices. */
  readonly onSearch: ((text: string) => void) | undefined;
  readonly isSearchable: boolean;
  /** Shown below the choices. */
  readonly more: ReactNode;
  readonly onClose: () => void;
}

/** The open panel of a chip: a search field if there are many choices, and the choices. */
export default function ChoicePopover(props: ChoicePopoverProps) {
  const { anchor, onSearch, isSearchable, more, onClose, ...list } = props;
  const { contains } = useFilter({ sensitivity: 'base' });
  const name = list.label.toLowerCase();
  return (
    <Popover
      triggerRef={anchor}
      isOpen
      onOpenChange={isOpen => !isOpen && onClose()}
      placement="bottom start"
      hasNamedDialog
    >
      <Dialog className={classNames(styles.dialog)} aria-label={messages.filterBy(name)}>
        <div className={styles.scroll}>
          {isSearchable ? (
            <Autocomplete {...(onSearch ? { onInputChange: onSearch } : { filter: contains })}>
              <SearchField className={classNames(styles.search)} aria-label={messages.find(name)} autoFocus>
                <Input className={classNames(fieldStyles.input)} placeholder={messages.findPlaceholder} />
              </SearchField>
              <ChoiceList {...list} />
            </Autocomplete>
          ) : (
            <ChoiceList {...list} />
          )}
        </div>
        {more && <div className={styles.more}>{more}</div>}
      </Dialog>
    </Popover>
  );
}
