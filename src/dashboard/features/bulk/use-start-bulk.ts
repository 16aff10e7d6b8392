import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import type { BulkOperationKind, DeliveryFilter } from '../../generated/graphql.ts';
import { ReplayAllMutation, RetryAllMutation } from './operation-documents.ts';

/**
 * Starts a bulk operation at most once. `operationId` is null until the server has accepted it. `problem` says why the
 * server rejected it.
 */
export function useStartBulk(kind: BulkOperationKind) {
  const [, retryAll] = useMutation(RetryAllMutation);
  const [, replayAll] = useMutation(ReplayAllMutation);
  const [isPending, setIsPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [operationId, setOperationId] = useState<string | null>(null);
  const run = async (filter: DeliveryFilter) => {
    if (kind === 'RETRY') {
      const { data, error } = await retryAll({ filter });
      return readOutcome(data?.retryDeliveries, error);
    }
    const { data, error } = await replayAll({ filter });
    return readOutcome(data?.replayDeliveries, error);
  };
  const start = async (filter: DeliveryFilter) => {
    if (isPending) return;
    setIsPending(true);
    const outcome = await run(filter);
    setIsPending(false);
    if (outcome.ok) setOperationId(outcome.value.id);
    else setProblem(outcome.message);
  };
  return { start, isPending, problem, operationId };
}
