import { useEffect, useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import type { DeliveryFilter } from '../../generated/graphql.ts';
import { createStore, useStore } from '../../store.ts';
import { serverNowMs, whenServerTimeKnown } from '../../time/server-clock.ts';
import { timeRanges } from './filter/known-values.ts';
import { filterOfView, type View } from './filter/view.ts';
import { DeliveryLog, type DeliveryLogState } from './log/delivery-log.ts';

const none = createStore<DeliveryLogState | null>(null);
/** The interval at which the start of a relative time range, such as the last hour, moves. */
const moveMs = 15_000;

interface OpenLog {
  readonly log: DeliveryLog;
  readonly filter: DeliveryFilter;
}

/**
 * Opens the delivery log of a view, and closes it when the view changes or the component unmounts. Returns nulls until
 * it is open. `filter` selects exactly the deliveries that the log lists: count and change deliveries with it, so that
 * a relative time range has the same start everywhere.
 */
export function useDeliveryLog(view: View): {
  readonly log: DeliveryLog | null;
  readonly filter: DeliveryFilter | null;
  readonly state: DeliveryLogState | null;
} {
  const { uncached: client, socket, feed } = useApi();
  const [open, setOpen] = useState<OpenLog | null>(null);
  useEffect(() => {
    let log: DeliveryLog | undefined;
    let timer: ReturnType<typeof setInterval> | undefined;
    let isOver = false;
    const move = () => {
      const filter = filterOfView(view, serverNowMs());
      if (!log || document.hidden || !filter.createdAt?.from) return;
      log.moveStart(filter.createdAt.from);
      setOpen({ log, filter });
    };
    void whenServerTimeKnown().then(() => {
      if (isOver) return;
      const filter = filterOfView(view, serverNowMs());
      log = new DeliveryLog({ client, socket, feed, filter, order: view.order });
      setOpen({ log, filter });
      void log.start();
      if (Object.hasOwn(timeRanges, view.time)) timer = setInterval(move, moveMs);
    });
    return () => {
      isOver = true;
      clearInterval(timer);
      log?.[Symbol.dispose]();
      setOpen(null);
    };
  }, [client, socket, feed, view]);
  const state = useStore<DeliveryLogState | null>(open?.log.state ?? none);
  return { log: open?.log ?? null, filter: open?.filter ?? null, state };
}
