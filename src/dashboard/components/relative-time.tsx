import { useStore } from '../store.ts';
import { useTimeText } from '../time/clock.ts';
import { formatMoment, formatRelative, formatSecond, formatZone } from '../time/format-time.ts';
import { zoneChoice } from '../time/time-zone.ts';
import { classNames } from './class-names.ts';
import styles from './relative-time.module.css';

export interface RelativeTimeProps {
  readonly at: string;
  /** Where the absolute time is shown too: `inline` with its zone in parentheses, or `below` on a second line. */
  readonly absolute: 'inline' | 'below';
}

/** A time such as `5m ago` or `in 20s`, updated every second. Its title contains the exact time. */
export function RelativeTime({ at, absolute }: RelativeTimeProps) {
  const atMs = Date.parse(at);
  // Rows of a live list are not rendered again with their screen, so each `RelativeTime` subscribes to the chosen time
  // zone.
  useStore(zoneChoice);
  const text = useTimeText(nowMs => formatRelative(atMs, nowMs));
  return (
    // A live region around the time does not announce it every second.
    <time dateTime={at} title={formatMoment(at)} aria-live="off">
      {text}
      {absolute === 'inline' ? (
        <>
          {' '}
          <span className={styles.absolute}>{`(${formatSecond(at)} ${formatZone(at)})`}</span>
        </>
      ) : (
        <span className={classNames(styles.absolute, styles.below)}>{formatSecond(at)}</span>
      )}
    </time>
  );
}

/** A time to the second in the chosen time zone, with the name of the zone. */
export function AbsoluteTime({ at }: { readonly at: string }) {
  useStore(zoneChoice);
  return (
    <span className={styles.absolute}>
      {formatSecond(at)} {formatZone(at)}
    </span>
  );
}
