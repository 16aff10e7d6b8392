import type { ReactNode } from 'react';
import styles from './badge.module.css';
import { classNames } from './class-names.ts';

export type BadgeTone = 'neutral' | 'info' | 'success' | 'warning' | 'danger';

export interface BadgeProps {
  readonly tone?: BadgeTone;
  /** Whether a dot in the same color precedes the text. Default: false. */
  readonly dot?: boolean;
  readonly children: ReactNode;
}

/** A status in one or two words. The color repeats what the text says. */
export function Badge({ tone = 'neutral', dot = false, children }: BadgeProps) {
  return (
    <span data-badge className={classNames(styles.badge, styles[tone])}>
      {dot && <span className={styles.dot} aria-hidden="true" />}
      {children}
    </span>
  );
}
