import { Popover as AriaPopover, type PopoverProps as AriaPopoverProps } from 'react-aria-components';
import { classNames } from './class-names.ts';
import styles from './menu.module.css';

export type PopoverProps = Omit<AriaPopoverProps, 'className'>;

/** The panel that a button or a field opens. While it is open, single-key shortcuts are disabled (`data-overlay`). */
export function Popover(props: PopoverProps) {
  return <AriaPopover data-overlay {...props} className={classNames(styles.popover)} />;
}
