import { useStore } from '../store.ts';
import { useTimeText } from '../time/clock.ts';
import { formatMoment, formatRelative, formatSecond, formatZone } from '../time/format-time.ts';
import { zoneChoice } from '../time/time-zone.ts';
import { classNames } from './class-names.ts';
import styles from './relative-time.module.css';

export interface RelativeTimeProps {
  readonly at: string;
  /** Whether the absolute time is shown too: `inline` with its zone, `below` on a second line. Default: in the title only. */
  readonly absolute?: 'inline' | 'below';
}

/** A time as `5m ago` or `in 20s`, kept current. The exact time is in its title. */
export function RelativeTime({ at, absolute }: RelativeTimeProps) {
  const atMs = Date.parse(at);
  // Rows of a live list are not drawn with the screen around them.
  useStore(zoneChoice);
  const text = useTimeText(nowMs => formatRelative(atMs, nowMs));
  return (
    <time dateTime={at} title={formatMoment(at)}>
      {text}
      {absolute === 'inline' && (
        <span className={styles.absolute}>
          {' '}
          {formatSecond(at)} {formatZone(at)}
        </span>
      )}
      {absolute === 'below' && <span className={classNames(styles.absolute, styles.below)}>{formatSecond(at)}</span>}
    </time>
  );
}
