import { classNames } from '../../components/class-names.ts';
import { formatShare } from '../../intl.ts';
import { rateLevel } from './health-words.ts';
import { messages } from './messages.ts';
import styles from './rate-bar.module.css';

export interface RateBarProps {
  /** The success rate, 0 to 1. Null if there were no attempts. */
  readonly rate: number | null | undefined;
  readonly sampleSize: number;
}

/** Shows a success rate as a number and a bar. */
export function RateBar({ rate, sampleSize }: RateBarProps) {
  if (rate === null || rate === undefined) return <span className="muted">–</span>;
  const title = messages.ofDeliveries(sampleSize);
  return (
    <span className={classNames(styles.rate, styles[rateLevel(rate)])} title={title}>
      <span className={styles.number}>{formatShare(rate)}</span>
      <span className={styles.track} aria-hidden="true">
        <span className={styles.fill} style={{ width: `${rate * 100}%` }} />
      </span>
    </span>
  );
}
