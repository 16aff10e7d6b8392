import { type KeyboardEvent, useRef, useState } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import type { MenuEntry } from './menu-list.tsx';
import { MenuList } from './overlays.ts';

export interface MenuButtonProps {
  readonly button: ButtonProps;
  /** The accessible name of the list. */
  readonly label: string;
  readonly entries: readonly MenuEntry[];
}

/** A button that opens a list of actions. The script of the list is loaded when it first opens. */
export function MenuButton({ button, label, entries }: MenuButtonProps) {
  const ref = useRef<HTMLButtonElement>(null);
  const [focusFirst, setFocusFirst] = useState<'first' | 'last' | null>(null);
  const pressKey = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    event.stopPropagation();
    setFocusFirst(event.key === 'ArrowDown' ? 'first' : 'last');
  };
  return (
    <>
      <Button
        {...button}
        ref={ref}
        aria-haspopup="menu"
        aria-expanded={focusFirst !== null}
        onPress={() => setFocusFirst('first')}
        onKeyDown={pressKey}
      />
      {focusFirst !== null && (
        <MenuList
          label={label}
          entries={entries}
          anchor={ref}
          focusFirst={focusFirst}
          onClose={() => setFocusFirst(null)}
        />
      )}
    </>
  );
}
