import type { ReactNode } from 'react';
import { Banner } from '../../components/banner.tsx';
import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { messages } from './messages.ts';
import styles from './settings.module.css';

export interface DialogFormProps {
  readonly submitLabel: string;
  /** Whether the form is being submitted. It is not submitted again meanwhile. */
  readonly isPending: boolean;
  /** Whether a required field is empty. */
  readonly isIncomplete: boolean;
  /** Why the server rejected the form. Null if it did not, or if a field shows the reason. Default: null. */
  readonly problem?: string | null;
  readonly onSubmit: () => Promise<void>;
  readonly onCancel: () => void;
  /** The fields. */
  readonly children: ReactNode;
}

/** The form of a dialog, with a button that submits it and one that closes the dialog. */
export function DialogForm(props: DialogFormProps) {
  const { submitLabel, isPending, isIncomplete, problem = null, onSubmit, onCancel, children } = props;
  return (
    <form
      className={classNames(styles.form)}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (!isPending) void onSubmit();
      }}
    >
      {children}
      {problem !== null && (
        <Banner tone="danger" role="alert">
          {problem}
        </Banner>
      )}
      <div className={styles.formActions}>
        <Button onPress={onCancel}>{messages.cancel}</Button>
        <Button tone="primary" type="submit" isPending={isPending} isDisabled={isIncomplete}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
