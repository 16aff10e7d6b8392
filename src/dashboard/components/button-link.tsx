import type { ReactNode } from 'react';
import { Link } from 'wouter';
import styles from './button.module.css';
import { classNames } from './class-names.ts';

export interface ButtonLinkProps {
  readonly href: string;
  readonly children: ReactNode;
}

/** A link that looks like a button. */
export function ButtonLink({ href, children }: ButtonLinkProps) {
  return (
    <Link className={classNames(styles.button, styles.link)} href={href}>
      {children}
    </Link>
  );
}
