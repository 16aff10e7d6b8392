import type { ReactNode } from 'react';
import { messages } from './messages.ts';
import styles from './settings.module.css';

export interface SettingsTableProps {
  /** The headings of all columns but the last one, which holds the actions. */
  readonly columns: readonly string[];
  /** `SettingsRow` elements. */
  readonly children: ReactNode;
}

/** A table of objects with actions. On narrow screens each row is a card. */
export function SettingsTable({ columns, children }: SettingsTableProps) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          {columns.map(column => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
          <th scope="col">
            <span className="visually-hidden">{messages.actions}</span>
          </th>
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

export interface SettingsRowProps {
  readonly name: string;
  /** Shown below the name, such as the id. */
  readonly details: ReactNode;
  /** Whether the object can no longer be used. Default: false. */
  readonly isInactive?: boolean;
  readonly actions: ReactNode;
  /** The cells between those of the name and the actions, each with the heading of its column as `data-label`. */
  readonly children: ReactNode;
}

export function SettingsRow({ name, details, isInactive = false, actions, children }: SettingsRowProps) {
  return (
    <tr className={isInactive ? styles.isInactive : undefined}>
      <th scope="row">
        <span className={styles.name} title={name}>
          {name}
        </span>
        <span className={styles.sub}>{details}</span>
      </th>
      {children}
      <td className={styles.actions}>{actions}</td>
    </tr>
  );
}
