import { Popover as AriaPopover, type PopoverProps as AriaPopoverProps } from 'react-aria-components';
import { classNames } from './class-names.ts';
import styles from './menu.module.css';

export interface PopoverProps extends Omit<AriaPopoverProps, 'className'> {
  /**
   * Whether the panel contains a dialog that has an accessible name. The panel itself then gets no name. Default:
   * false.
   */
  readonly hasNamedDialog?: boolean;
}

/** The panel that a button or a field opens. While it is open, single-key shortcuts are disabled (`data-overlay`). */
export function Popover({ hasNamedDialog = false, ...props }: PopoverProps) {
  return (
    <AriaPopover
      data-overlay
      {...props}
      {...(hasNamedDialog && { 'aria-labelledby': '' })}
      className={classNames(styles.popover)}
    />
  );
}
