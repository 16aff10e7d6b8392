import { type ReactNode, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { BulkOperationKind, DeliveryFilter } from '../../generated/graphql.ts';
import { onDemand } from '../../on-demand.tsx';

const BulkDialog = onDemand(() => import('./bulk-dialog.tsx'));

export interface Bulk {
  /** Opens a dialog that asks whether to retry or replay all deliveries of a filter, and then shows the progress. */
  open(kind: BulkOperationKind, filter: DeliveryFilter): void;
  /** The dialog. Render it anywhere in the screen. */
  readonly dialog: ReactNode;
}

/** Lets a screen retry or replay many deliveries at once. */
export function useBulk(): Bulk {
  const [request, setRequest] = useState<{ kind: BulkOperationKind; filter: DeliveryFilter } | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const open: Bulk['open'] = (kind, filter) => {
    opener.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setRequest({ kind, filter });
  };
  const close = () => {
    flushSync(() => setRequest(null));
    // The dialog with the progress replaces the first one, and can return the focus only to a button that is gone.
    opener.current?.focus({ preventScroll: true });
  };
  return { open, dialog: request && <BulkDialog {...request} onClose={close} /> };
}
