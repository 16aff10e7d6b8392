import type { ReactNode } from 'react';
import { CheckBox } from '../../components/check-box.tsx';

export interface ChecklistProps<Id extends string> {
  readonly label: string;
  readonly options: readonly {
    readonly id: Id;
    readonly label: string;
    readonly hint?: string;
    readonly isOff?: boolean;
  }[];
  readonly chosen: readonly Id[];
  readonly onChange: (chosen: Id[]) => void;
  /** Between the label and the list, such as a search. */
  readonly children?: ReactNode;
  /** What stands there instead of an empty list. */
  readonly empty?: ReactNode;
  /** What is wrong with the choice now; null: nothing. */
  readonly problem?: string | null;
}

/** Boxes to tick. What is chosen and not among the options stays chosen. */
export function Checklist<Id extends string>(props: ChecklistProps<Id>) {
  const { label, options, chosen, onChange, children, empty, problem = null } = props;
  return (
    <fieldset className="field checklist">
      <legend className="field-label">{label}</legend>
      {children}
      <div className="checklist-options">
        {options.map(({ id, label: words, hint, isOff = false }) => (
          <CheckBox
            key={id}
            label={words}
            {...(hint && { hint })}
            isChecked={chosen.includes(id)}
            isDisabled={isOff}
            onChange={isChecked => onChange(isChecked ? [...chosen, id] : chosen.filter(other => other !== id))}
          />
        ))}
        {options.length === 0 && empty}
      </div>
      {problem !== null && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
