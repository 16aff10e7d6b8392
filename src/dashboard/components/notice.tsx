import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icons.tsx';
import styles from './notice.module.css';

export interface NoticeProps {
  readonly icon: IconName;
  readonly title: string;
  /** The reason, in one or two sentences. */
  readonly children?: ReactNode;
  /** Buttons and links for what the user can do next. */
  readonly actions?: ReactNode;
  /** Screen readers announce `error` immediately. Default: `empty`. */
  readonly tone?: 'empty' | 'error';
  /** Whether the notice is the only content of the page. Its title is then the main heading. Default: false. */
  readonly isPage?: boolean;
}

/** A message shown instead of content if there is none yet, nothing matches, or loading failed. */
export function Notice({ icon, title, children, actions, tone = 'empty', isPage = false }: NoticeProps) {
  return (
    <div data-notice className={classNames(styles.notice, styles[tone])} role={tone === 'error' ? 'alert' : 'status'}>
      <span className={styles.icon}>
        <Icon name={icon} />
      </span>
      {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children && <p>{children}</p>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
