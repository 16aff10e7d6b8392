import { expect } from 'vitest';
import type { BulkOperationRow } from '../../../src/domain/bulk-operations/bulk-operation-row.ts';
import { loadBulkOperations } from '../../../src/domain/bulk-operations/find-bulk-operations.ts';
import { runNextStep } from '../../../src/domain/bulk-operations/run-next-step.ts';
import type { DomainContext } from '../../../src/domain/context.ts';
import { until } from '../scene.ts';

export async function readOperation(ctx: DomainContext, id: string): Promise<BulkOperationRow> {
  const operation = (await loadBulkOperations(ctx, [id])).get(id);
  if (!operation) throw new Error(`there is no bulk operation ${id}`);
  return operation;
}

/** Runs the steps of an operation, as a janitor does, until it has ended. @returns the ended operation. */
export async function runToEnd(ctx: DomainContext, { id }: { readonly id: string }): Promise<BulkOperationRow> {
  return until(async () => {
    while (await runNextStep(ctx.services));
    const operation = await readOperation(ctx, id);
    expect(operation.status).not.toBe('RUNNING');
    return operation;
  });
}
