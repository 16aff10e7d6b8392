import { formatDuration } from './time/format-time.ts';

/** `12,345`. */
export function formatCount(count: number, isExact = true): string {
  return `${count.toLocaleString('en')}${isExact ? '' : '+'}`;
}

/** A share of 0 to 1 as `99.71%`; never rounded up to 100%. */
export function formatShare(share: number | null): string {
  if (share === null) return '–';
  return `${(Math.floor(share * 10_000) / 100).toLocaleString('en', { maximumFractionDigits: 2 })}%`;
}

/** `0.4`, `12`, `1,250`. */
export function formatRate(rate: number): string {
  return rate.toLocaleString('en', { maximumFractionDigits: rate < 10 ? 1 : 0 });
}

/** `840 ms`; a dash if there were no attempts. */
export function formatLatency(spanMs: number | undefined): string {
  return spanMs === undefined ? '–' : formatDuration(spanMs);
}
