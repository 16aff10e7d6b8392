import { formatCoarse } from '../../time/format-time.ts';

/** Formats how long the oldest delivery has waited, such as `2h 10m`. `–` if none is waiting. */
export function formatAge(ageSeconds: number | null | undefined): string {
  return ageSeconds === null || ageSeconds === undefined ? '–' : formatCoarse(Math.max(1_000, ageSeconds * 1_000), 2);
}

/** The level of a success rate, which selects its color: `bad` below 0.9, `fair` below 0.99. `none` without a rate. */
export function rateLevel(rate: number | null | undefined): 'none' | 'good' | 'fair' | 'bad' {
  if (rate === null || rate === undefined) return 'none';
  if (rate < 0.9) return 'bad';
  return rate < 0.99 ? 'fair' : 'good';
}
