import { useId } from 'react';
import styles from './check-box.module.css';
import fieldStyles from './field.module.css';

export interface CheckBoxProps {
  readonly label: string;
  readonly hint?: string;
  readonly isChecked: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

/** A labelled checkbox. */
export function CheckBox({ label, hint, isChecked, isDisabled = false, onChange }: CheckBoxProps) {
  const hintId = useId();
  return (
    <div className={styles.checkBox}>
      <label>
        <input
          type="checkbox"
          checked={isChecked}
          disabled={isDisabled}
          aria-describedby={hint && hintId}
          onChange={event => onChange(event.target.checked)}
        />
        {label}
      </label>
      {hint && (
        <p className={fieldStyles.hint} id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}
