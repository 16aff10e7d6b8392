import type { ReactNode } from 'react';

export interface FormSectionProps {
  readonly title: string;
  /** What it is about, in a sentence or two. */
  readonly about: ReactNode;
  readonly children: ReactNode;
}

/** A part of a form: what it is about on the left, its fields on the right; one above the other where it is narrow. */
export function FormSection({ title, about, children }: FormSectionProps) {
  return (
    <section className="form-section" aria-label={title}>
      <div className="form-section-about">
        <h2>{title}</h2>
        <p className="muted">{about}</p>
      </div>
      <div className="form-section-fields">{children}</div>
    </section>
  );
}
