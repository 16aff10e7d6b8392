import { useState } from 'react';
import { useMutation, useQuery, useSubscription } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { notify } from '../../components/toasts.tsx';
import type { OperationFieldsFragment } from '../../generated/graphql.ts';
import { messages } from './messages.ts';
import { CancelOperationMutation, OperationQuery, OperationUpdates } from './operation-documents.ts';

export type Operation = OperationFieldsFragment;

/** Loads a bulk operation, and updates it live while it runs. */
export function useOperation(id: string) {
  const [{ data, error, fetching }, read] = useQuery({ query: OperationQuery, variables: { id } });
  const operation = data?.bulkOperation ?? null;
  useOperationUpdates(id, operation?.status === 'RUNNING');
  return {
    operation,
    error,
    isLoading: fetching && !operation,
    retry: () => read({ requestPolicy: 'network-only' }),
  };
}

/** Subscribes to the operation while it runs, which keeps it up to date in the cache. */
export function useOperationUpdates(id: string, isRunning: boolean): void {
  useSubscription({ query: OperationUpdates, variables: { id }, pause: !isRunning });
}

/** Cancels an operation. Further calls do nothing while the first request is pending. */
export function useCancelOperation(id: string) {
  const [, cancel] = useMutation(CancelOperationMutation);
  const [isPending, setIsPending] = useState(false);
  const press = async () => {
    if (isPending) return;
    setIsPending(true);
    const { data, error } = await cancel({ id });
    setIsPending(false);
    const outcome = readOutcome(data?.cancelBulkOperation, error);
    if (outcome.ok) notify('success', messages.canceledByUser);
    else notify('error', outcome.message);
  };
  return { cancel: press, isPending };
}

/** The id of the endpoint if the filter has exactly one, otherwise null. */
export function onlyEndpointOf(filter: unknown): string | null {
  const { endpointIds } = filter as { endpointIds?: readonly string[] | null };
  return endpointIds?.length === 1 ? (endpointIds[0] ?? null) : null;
}
