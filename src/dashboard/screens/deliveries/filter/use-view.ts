import { useCallback, useMemo } from 'react';
import { readView, type View, writeView } from '../../../features/deliveries/filter/view.ts';
import { useQueryParams } from '../../../query-params.ts';

/** Returns the view in the page URL, and a function that changes single fields of the view. */
export function useView(): readonly [view: View, change: (part: Partial<View>) => void] {
  const [params, setParams] = useQueryParams();
  const text = params.toString();
  const view = useMemo(() => readView(new URLSearchParams(text)), [text]);
  const change = useCallback(
    (part: Partial<View>) => setParams(writeView({ ...view, ...part }), { replace: true }),
    [view, setParams],
  );
  return [view, change];
}
