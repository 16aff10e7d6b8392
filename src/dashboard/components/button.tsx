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
  /** Default `plain`. One `primary` a view; `danger` for what cannot be undone. */
  readonly tone?: 'plain' | 'primary' | 'danger' | 'quiet';
  /** The key that does the same. The tooltip shows it. */
  readonly shortcut?: string;
  /** The accessible name of a button with an icon only, and the text of its tooltip. */
  readonly label?: string;
}

/** A button; with a `label` also a tooltip, on hover and on focus. */
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
