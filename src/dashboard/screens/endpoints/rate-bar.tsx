import { formatCount, formatShare } from '../../intl.ts';
import { rateLevel } from './health-words.ts';

export interface RateBarProps {
  /** 0 to 1; null: nothing was tried. */
  readonly rate: number | null | undefined;
  readonly sampleSize: number;
}

/** A success rate as a number and a bar. */
export function RateBar({ rate, sampleSize }: RateBarProps) {
  if (rate === null || rate === undefined) return <span className="muted">–</span>;
  const title = `of ${formatCount(sampleSize)} ${sampleSize === 1 ? 'delivery' : 'deliveries'}`;
  return (
    <span className={`rate rate-${rateLevel(rate)}`} title={title}>
      <span className="rate-number">{formatShare(rate)}</span>
      <span className="rate-track" aria-hidden="true">
        <span className="rate-fill" style={{ width: `${rate * 100}%` }} />
      </span>
    </span>
  );
}
