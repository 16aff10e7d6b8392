import { type ReactNode, useEffect, useId, useState } from 'react';
import { Icon } from '../../../components/icons.tsx';
import styles from './endpoint-form.module.css';

export interface FormSectionProps {
  readonly title: string;
  /** Describes the section in one or two sentences. */
  readonly about: ReactNode;
  readonly children: ReactNode;
  /**
   * Set if the section can be folded. It is folded at first if all its fields have default values. Default: it cannot
   * be folded.
   */
  readonly folding?: { readonly isDefault: boolean; readonly hasProblem: boolean };
}

/**
 * A section of a form: its description on the left and its fields on the right, or one above the other on narrow
 * screens.
 */
export function FormSection({ title, about, children, folding }: FormSectionProps) {
  const id = useId();
  const [isOpen, setIsOpen] = useState(!folding?.isDefault);
  const hasProblem = folding?.hasProblem ?? false;
  const isShown = isOpen || hasProblem;
  // A problem opens the section. It stays open after the problem is fixed, because the user is typing in it.
  useEffect(() => {
    if (hasProblem) setIsOpen(true);
  }, [hasProblem]);
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionAbout}>
        <h2>
          {folding ? (
            <button
              type="button"
              className={styles.sectionToggle}
              aria-expanded={isShown}
              aria-controls={id}
              onClick={() => setIsOpen(!isShown)}
            >
              <Icon name={isShown ? 'chevronDown' : 'chevronRight'} />
              {title}
            </button>
          ) : (
            title
          )}
        </h2>
        <p className="muted">{about}</p>
      </div>
      <div className={styles.sectionFields} id={id} hidden={!isShown}>
        {children}
      </div>
    </section>
  );
}
