import { type ReactNode, useEffect, useId, useState } from 'react';
import { Icon } from '../../../components/icons.tsx';
import styles from './endpoint-form.module.css';

export interface FormSectionProps {
  readonly title: string;
  /** Describes the section in a sentence or two. */
  readonly about: ReactNode;
  readonly children: ReactNode;
  /** Whether the section can be folded. Folded at first if it has nothing but defaults. Default: it cannot. */
  readonly folding?: { readonly isDefault: boolean; readonly hasProblem: boolean };
}

/** A part of a form: what it is about on the left, its fields on the right; one above the other where it is narrow. */
export function FormSection({ title, about, children, folding }: FormSectionProps) {
  const id = useId();
  const [isOpen, setIsOpen] = useState(!folding?.isDefault);
  const hasProblem = folding?.hasProblem ?? false;
  const isShown = isOpen || hasProblem;
  // It stays open once the problem is fixed: somebody is typing in it.
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
