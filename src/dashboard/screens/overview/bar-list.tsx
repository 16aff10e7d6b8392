import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { formatCount } from '../../intl.ts';

export interface BarEntry {
  readonly id: string;
  readonly label: string;
  readonly count: number;
  /** Its deliveries; null: no filter says them. */
  readonly href: string | null;
  readonly tone?: 'success' | 'danger' | 'warning' | 'info' | undefined;
}

export interface BarListProps {
  readonly title: string;
  readonly entries: readonly BarEntry[];
  /** Stands below the heading where there is nothing. */
  readonly none: ReactNode;
}

/** Counts as bars, each a link to its deliveries. */
export function BarList({ title, entries, none }: BarListProps) {
  const most = Math.max(1, ...entries.map(({ count }) => count));
  return (
    <section className="overview-panel" aria-label={title}>
      <h2>{title}</h2>
      {entries.length === 0 ? (
        <p className="overview-none">{none}</p>
      ) : (
        <ul>
          {entries.map(({ id, label, count, href, tone = 'accent' }) => (
            <li key={id}>
              <Row href={href}>
                <span className="truncate" title={label}>
                  {label}
                </span>
                <span className="overview-count">{formatCount(count)}</span>
                <span className="overview-track" aria-hidden="true">
                  <span
                    className={`overview-fill overview-fill-${tone}`}
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
  if (href === null) return <div className="overview-bar">{children}</div>;
  return (
    <Link href={href} className="overview-bar">
      {children}
    </Link>
  );
}
