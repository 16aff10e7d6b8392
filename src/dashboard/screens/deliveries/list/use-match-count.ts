import { useEffect, useState } from 'react';
import { useApi } from '../../../api/api-context.tsx';
import { filterOfView, type View } from '../../../features/deliveries/filter/view.ts';
import { CountQuery } from '../../../features/deliveries/log/log-documents.ts';

import { formatCount } from '../../../intl.ts';
import { serverNowMs, whenServerTimeKnown } from '../../../time/server-clock.ts';

const everyMs = 15_000;

/**
 * Counts the matching deliveries every 15 s. Returns text such as `2,238`, or `10,000+` if the server stopped counting
 * there. '' until it is known.
 */
export function useMatchCount(view: View): string {
  const { uncached } = useApi();
  const [text, setText] = useState('');
  useEffect(() => {
    let isOver = false;
    const count = async () => {
      if (document.hidden) return;
      await whenServerTimeKnown();
      const { data } = await uncached.query(CountQuery, { filter: filterOfView(view, serverNowMs()) }).toPromise();
      if (isOver || !data) return;
      const { value, exact } = data.deliveries.totalCount;
      setText(formatCount(value, exact));
    };
    setText('');
    void count();
    const timer = setInterval(() => void count(), everyMs);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [uncached, view]);
  return text;
}
