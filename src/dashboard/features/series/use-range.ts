import { useState } from 'react';
import { type RangeId, readRange } from './ranges.ts';
import { countStep, type Series } from './series-steps.ts';

export interface ChosenRange {
  readonly rangeId: RangeId;
  /** Call it with the series of the range as soon as it is loaded, because the default range depends on it. */
  readonly recordSeries: (series: Series | null | undefined) => void;
}

/**
 * The range that the page URL selects. By default 24 hours, or one hour if all deliveries were created within the last
 * hour.
 */
export function useRange(asked: string | null): ChosenRange {
  const [isYoung, setIsYoung] = useState(false);
  const rangeId = asked === null && isYoung ? '1h' : readRange(asked);
  const recordSeries = (series: Series | null | undefined) => {
    if (!isYoung && rangeId === '24h' && isInLastStep(series ?? [])) setIsYoung(true);
  };
  return { rangeId, recordSeries };
}

function isInLastStep(series: Series): boolean {
  const used = series.findIndex(step => countStep(step) > 0);
  return used >= 0 && used === series.length - 1;
}
