import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { classNames } from '../../components/class-names.ts';
import pageStyles from '../../components/page.module.css';
import { formatCount } from '../../intl.ts';
import styles from './overview.module.css';

export interface BarEntry {
  readonly id: string;
  readonly label: string;
  readonly count: number;
  /** The URL of the delivery log with these deliveries. Null if no filter can select them. */
  readonly href: string | null;
  readonly tone?: 'success' | 'danger' | 'warning' | 'info' | undefined;
}

export interface BarListProps {
  readonly title: string;
  readonly entries: readonly BarEntry[];
  /** Shown instead of the list if there are no entries. */
  readonly none: ReactNode;
}

/** A list of counts with bars. Each count links to its deliveries. */
export function BarList({ title, entries, none }: BarListProps) {
  const most = Math.max(1, ...entries.map(({ count }) => count));
  return (
    <section className={classNames(pageStyles.surface, styles.panel)} aria-label={title}>
      <h2>{title}</h2>
      {entries.length === 0 ? (
        <p className={styles.none}>{none}</p>
      ) : (
        <ul>
          {entries.map(({ id, label, count, href, tone = 'accent' }) => (
            <li key={id}>
              <Row href={href}>
                <span className="truncate" title={label}>
                  {label}
                </span>
                <span className={styles.count}>{formatCount(count)}</span>
                <span className={styles.track} aria-hidden="true">
                  <span
                    className={classNames(styles.fill, styles[tone])}
                    style={{ width: `${(count / most) * 100}%` }}
                  />
                </span>
              </Row>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ href, children }: { readonly href: string | null; readonly children: ReactNode }) {
  if (href === null) return <div className={styles.bar}>{children}</div>;
  return (
    <Link href={href} className={classNames(styles.bar)}>
      {children}
    </Link>
  );
}
