import type { HTMLAttributes } from 'react';
import styles from './banner.module.css';
import { classNames } from './class-names.ts';

export interface BannerProps extends HTMLAttributes<HTMLDivElement> {
  /** The color. Default: `info`. */
  readonly tone?: 'info' | 'warning' | 'danger';
}

/**
 * A message over the full width of its container. Set the role `alert` or `status` if it appears while the page is
 * open.
 */
export function Banner({ tone = 'info', className, ...props }: BannerProps) {
  return <div data-banner {...props} className={classNames(styles.banner, styles[tone], className)} />;
}
