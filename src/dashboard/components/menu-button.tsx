import type { ReactNode } from 'react';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components';
import { Button, type ButtonProps } from './button.tsx';
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

export interface MenuButtonProps {
  readonly button: ButtonProps;
  /** The accessible name of the list. */
  readonly label: string;
  readonly entries: readonly MenuEntry[];
}

/** A button that opens a list of actions. */
export function MenuButton({ button, label, entries }: MenuButtonProps) {
  return (
    <MenuTrigger>
      <Button {...button} />
      <Popover placement="bottom start">
        <Menu className={classNames(styles.menu)} aria-label={label}>
          {entries.map(({ id, label: text, icon, hint, isDisabled = false, onAction }) => (
            <MenuItem
              key={id}
              id={id}
              className={classNames(styles.item)}
              textValue={text}
              isDisabled={isDisabled}
              onAction={onAction}
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
    </MenuTrigger>
  );
}
