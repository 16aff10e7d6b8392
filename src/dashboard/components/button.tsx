import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import styles from './button.module.css';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icons.tsx';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children'> {
  readonly children?: ReactNode;
  readonly icon?: IconName;
  /** Default: `plain`. Use one `primary` button in each view, and `danger` for actions that cannot be undone. */
  readonly tone?: 'plain' | 'primary' | 'danger' | 'quiet';
  /** The keyboard shortcut of the same action. The tooltip shows it. */
  readonly shortcut?: string;
  /** The accessible name of an icon-only button, which is also the text of its tooltip. */
  readonly label?: string;
}

/** A button. If it has a `label`, a tooltip appears on hover and on focus. */
export function Button({ children, icon, tone = 'plain', shortcut, label, ...props }: ButtonProps) {
  const button = (
    <AriaButton
      {...props}
      {...(label && !children && { 'aria-label': label })}
      className={classNames(styles.button, styles[tone], !children && styles.icon)}
    >
      {icon && <Icon name={icon} />}
      {children}
    </AriaButton>
  );
  if (!label && !shortcut) return button;
  return (
    <TooltipTrigger delay={400}>
      {button}
      <Tooltip className={classNames(styles.tooltip)} offset={6}>
        {label ?? children}
        {shortcut && <kbd>{shortcut}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}
