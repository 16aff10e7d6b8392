import { classNames } from '../../components/class-names.ts';
import { zoneName } from '../../time/time-zone.ts';
import { messages } from './messages.ts';
import styles from './series.module.css';

/** The legend of the charts: the color of each line and bar. */
export function SeriesLegend() {
  return (
    <p className={styles.legend} aria-hidden="true">
      <span className={classNames(styles.key, styles.keySucceeded)} /> {messages.succeededKey}
      <span className={classNames(styles.key, styles.keyFailed)} /> {messages.failedKey}
      <span className={classNames(styles.key, styles.keyRetrying)} /> {messages.retryingKey}
      <span className={classNames(styles.key, styles.keyPending)} /> {messages.pendingKey}
      <span className={classNames(styles.key, styles.keyLine)} /> {messages.attemptSuccessKey}
      <span className={classNames(styles.key, styles.keyLine, styles.keyP50)} /> {messages.p50}
      <span className={classNames(styles.key, styles.keyLine, styles.keyP95)} /> {messages.p95}
      <span className={styles.zone}>{messages.timesIn(zoneName())}</span>
    </p>
  );
}
