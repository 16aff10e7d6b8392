import type { ReactNode } from 'react';
import { CheckBox } from '../../components/check-box.tsx';
import { classNames } from '../../components/class-names.ts';
import fieldStyles from '../../components/field.module.css';
import styles from './checklist.module.css';

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
  /** Content between the label and the list, such as a search field. */
  readonly children?: ReactNode;
  /** Shown in place of an empty list. */
  readonly empty?: ReactNode;
  /** Why the choice is invalid. Null if it is valid. */
  readonly problem?: string | null;
}

/** A list of checkboxes. Chosen ids that are not among the options stay chosen. */
export function Checklist<Id extends string>(props: ChecklistProps<Id>) {
  const { label, options, chosen, onChange, children, empty, problem = null } = props;
  return (
    <fieldset className={classNames(fieldStyles.field, styles.checklist)}>
      <legend className={fieldStyles.label}>{label}</legend>
      {children}
      <div className={styles.options}>
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
        <p className={fieldStyles.problem} role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
