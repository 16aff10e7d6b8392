import type { ReactNode } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { Button, type ButtonProps } from './button.tsx';
import { Icon, type IconName } from './icons.tsx';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName;
  /** A second, smaller line. */
  readonly hint?: ReactNode;
  readonly isDisabled?: boolean;
  readonly onAction: () => void;
}

export interface MenuButtonProps {
  readonly button: ButtonProps;
  /** What the list is called for screen readers. */
  readonly label: string;
  readonly entries: readonly MenuEntry[];
}

/** A button that opens a list of things to do. */
export function MenuButton({ button, label, entries }: MenuButtonProps) {
  return (
    <MenuTrigger>
      <Button {...button} />
      <Popover className="popover" placement="bottom start">
        <Menu className="menu" aria-label={label}>
          {entries.map(({ id, label: text, icon, hint, isDisabled = false, onAction }) => (
            <MenuItem
              key={id}
              id={id}
              className="menu-item"
              textValue={text}
              isDisabled={isDisabled}
              onAction={onAction}
            >
              {icon && <Icon name={icon} />}
              <span className="menu-text">
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
