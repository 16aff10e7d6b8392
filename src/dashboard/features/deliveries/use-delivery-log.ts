import { useEffect, useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { createStore, useStore } from '../../store.ts';
import { serverNowMs, whenServerTimeKnown } from '../../time/server-clock.ts';
import { filterOfView, type View } from './filter/view.ts';
import { DeliveryLog, type DeliveryLogState } from './log/delivery-log.ts';

const none = createStore<DeliveryLogState | null>(null);

/**
 * Opens the delivery log of a view, and closes it when the view changes or the component unmounts. Returns nulls until
 * it is open.
 */
export function useDeliveryLog(view: View): {
  readonly log: DeliveryLog | null;
  readonly state: DeliveryLogState | null;
} {
  const { uncached: client, socket, feed } = useApi();
  const [log, setLog] = useState<DeliveryLog | null>(null);
  useEffect(() => {
    let opened: DeliveryLog | undefined;
    let isOver = false;
    void whenServerTimeKnown().then(() => {
      if (isOver) return;
      const filter = filterOfView(view, serverNowMs());
      opened = new DeliveryLog({ client, socket, feed, filter, order: view.order });
      setLog(opened);
      void opened.start();
    });
    return () => {
      isOver = true;
      opened?.[Symbol.dispose]();
      setLog(null);
    };
  }, [client, socket, feed, view]);
  return { log, state: useStore<DeliveryLogState | null>(log?.state ?? none) };
}
