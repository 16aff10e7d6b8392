import { useEffect, useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { createStore, useStore } from '../../store.ts';
import { serverNowMs } from '../../time/server-clock.ts';
import { filterOfView, type View } from './filter/view.ts';
import { DeliveryLog, type DeliveryLogState } from './log/delivery-log.ts';

const none = createStore<DeliveryLogState | null>(null);

/** The log of a view, opened and closed with it; nulls until then. */
export function useDeliveryLog(view: View): {
  readonly log: DeliveryLog | null;
  readonly state: DeliveryLogState | null;
} {
  const { uncached: client, socket } = useApi();
  const [log, setLog] = useState<DeliveryLog | null>(null);
  useEffect(() => {
    const opened = new DeliveryLog({ client, socket, filter: filterOfView(view, serverNowMs()), order: view.order });
    setLog(opened);
    void opened.start();
    return () => {
      opened[Symbol.dispose]();
      setLog(null);
    };
  }, [client, socket, view]);
  return { log, state: useStore<DeliveryLogState | null>(log?.state ?? none) };
}
