import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { BulkOperationKind, DeliveryFilter } from '../../generated/graphql.ts';
import { loadChunk } from '../../load-chunk.ts';

const BulkDialog = lazy(() => loadChunk(() => import('./bulk-dialog.tsx')));

export interface Bulk {
  /** Asks whether all deliveries of a filter shall be retried or replayed, and then shows how that goes. */
  open(kind: BulkOperationKind, filter: DeliveryFilter): void;
  /** To be put anywhere into the screen. */
  readonly dialog: ReactNode;
}

/** Retries and replays of many deliveries at once. */
export function useBulk(): Bulk {
  const [request, setRequest] = useState<{ kind: BulkOperationKind; filter: DeliveryFilter } | null>(null);
  return {
    open: (kind, filter) => setRequest({ kind, filter }),
    dialog: request && (
      <Suspense>
        <BulkDialog {...request} onClose={() => setRequest(null)} />
      </Suspense>
    ),
  };
}
