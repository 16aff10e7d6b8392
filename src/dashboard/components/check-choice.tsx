import type { ReactNode } from 'react';
import { Checkbox, type CheckboxProps } from 'react-aria-components';
import { Icon } from './icons.tsx';

export interface CheckChoiceProps extends Omit<CheckboxProps, 'className' | 'children'> {
  readonly children: ReactNode;
  /** A smaller second line. */
  readonly hint?: string;
}

/** A box to tick, with its words: alone, or one of a CheckboxGroup. */
export function CheckChoice({ children, hint, ...props }: CheckChoiceProps) {
  return (
    <Checkbox {...props} className="check-choice">
      <span className="check-box">
        <Icon name="check" />
      </span>
      <span className="menu-text">
        {children}
        {hint && <small title={hint}>{hint}</small>}
      </span>
    </Checkbox>
  );
}
