import type { ReactNode, RefObject } from 'react';
import { Menu, MenuItem } from 'react-aria-components';
import { flushSync } from 'react-dom';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icons.tsx';
import styles from './menu.module.css';
import { Popover } from './popover.tsx';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName;
  /** A second line in smaller text. */
  readonly hint?: ReactNode;
  readonly isDisabled?: boolean;
  readonly onAction: () => void;
}

export interface MenuListProps {
  /** The accessible name of the list. */
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  /** The button beside which the list is shown. */
  readonly anchor: RefObject<HTMLElement | null>;
  /** The entry that has the focus first. */
  readonly focusFirst: 'first' | 'last';
  readonly onClose: () => void;
}

/** The open list of a menu button. */
export default function MenuList({ label, entries, anchor, focusFirst, onClose }: MenuListProps) {
  // The button has the focus again before the action runs, so that a dialog that the action opens returns it there.
  const act = (action: () => void) => {
    flushSync(onClose);
    anchor.current?.focus();
    action();
  };
  return (
    <Popover
      triggerRef={anchor}
      isOpen
      onOpenChange={isOpen => !isOpen && onClose()}
      placement="bottom start"
      aria-label={label}
    >
      <Menu className={classNames(styles.menu)} aria-label={label} autoFocus={focusFirst} onClose={onClose}>
        {entries.map(({ id, label: text, icon, hint, isDisabled = false, onAction }) => (
          <MenuItem
            key={id}
            id={id}
            className={classNames(styles.item)}
            textValue={text}
            isDisabled={isDisabled}
            onAction={() => act(onAction)}
          >
            {icon && <Icon name={icon} />}
            <span className={styles.text}>
              {text}
              {hint && <small>{hint}</small>}
            </span>
          </MenuItem>
        ))}
      </Menu>
    </Popover>
  );
}
