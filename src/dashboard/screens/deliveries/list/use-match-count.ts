import { useEffect, useState } from 'react';
import { useApi } from '../../../api/api-context.tsx';
import { CountQuery } from '../../../features/deliveries/log/log-documents.ts';
import type { DeliveryFilter } from '../../../generated/graphql.ts';
import { formatCount } from '../../../intl.ts';

const everyMs = 15_000;

/**
 * Counts the deliveries of a filter every 15 s. Returns text such as `2,238`, or `10,000+` if the server stopped
 * counting there. '' while it is not known.
 * @param filter null if it is not known yet.
 */
export function useMatchCount(filter: DeliveryFilter | null): string {
  const { uncached } = useApi();
  const [text, setText] = useState('');
  const isUnknown = filter === null;
  useEffect(() => {
    if (isUnknown) setText('');
  }, [isUnknown]);
  useEffect(() => {
    if (filter === null) return;
    let isOver = false;
    const count = async () => {
      if (document.hidden) return;
      const { data } = await uncached.query(CountQuery, { filter }).toPromise();
      if (isOver) return;
      // An old count beside newer rows would be wrong, so a failed request removes it.
      setText(data ? formatCount(data.deliveries.totalCount.value, data.deliveries.totalCount.exact) : '');
    };
    void count();
    const timer = setInterval(() => void count(), everyMs);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [uncached, filter]);
  return text;
}
