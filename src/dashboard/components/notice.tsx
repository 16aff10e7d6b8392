import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

export interface NoticeProps {
  readonly icon: IconName;
  readonly title: string;
  /** Why it is so, in a sentence or two. */
  readonly children?: ReactNode;
  /** What can be done about it. */
  readonly actions?: ReactNode;
  /** `error` is read out at once. Default `empty`. */
  readonly tone?: 'empty' | 'error';
  /** Whether it is all that the page has, so that its title is the page's. Default: false. */
  readonly isPage?: boolean;
}

/** What stands where there is nothing to show: nothing yet, nothing found, or something that went wrong. */
export function Notice({ icon, title, children, actions, tone = 'empty', isPage = false }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'error' ? 'alert' : 'status'}>
      <span className="notice-icon">
        <Icon name={icon} />
      </span>
      {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children && <p>{children}</p>}
      {actions && <div className="notice-actions">{actions}</div>}
    </div>
  );
}
