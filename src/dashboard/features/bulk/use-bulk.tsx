import { type ReactNode, useState } from 'react';
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
  return {
    open: (kind, filter) => setRequest({ kind, filter }),
    dialog: request && <BulkDialog {...request} onClose={() => setRequest(null)} />,
  };
}
