import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import { Icon, type IconName } from './icons.tsx';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children'> {
  readonly children?: ReactNode;
  readonly icon?: IconName;
  /** Default `plain`. One `primary` a view; `danger` for what cannot be undone. */
  readonly tone?: 'plain' | 'primary' | 'danger' | 'quiet';
  /** Its key on the keyboard, shown in the tooltip. */
  readonly shortcut?: string;
  /** What it is called where it shows an icon alone, and what its tooltip says. */
  readonly label?: string;
}

/** A button; with a `label` also a tooltip, on hover and on focus. */
export function Button({ children, icon, tone = 'plain', shortcut, label, ...props }: ButtonProps) {
  const button = (
    <AriaButton
      {...props}
      {...(label && !children && { 'aria-label': label })}
      className={`button button-${tone}${children ? '' : ' button-icon'}`}
    >
      {icon && <Icon name={icon} />}
      {children}
    </AriaButton>
  );
  if (!label && !shortcut) return button;
  return (
    <TooltipTrigger delay={400}>
      {button}
      <Tooltip className="tooltip" offset={6}>
        {label ?? children}
        {shortcut && <kbd>{shortcut}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}
