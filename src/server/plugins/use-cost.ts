import type { Plugin } from 'graphql-yoga';
import type { OperationContext } from '../operation-context.ts';
import { maxCost } from '../operation-cost.ts';
import { OperationTooComplexError } from '../operation-too-complex.ts';

/**
 * Rejects an operation whose cost is too high before it is executed. docs/architecture.md says why this is not a
 * library.
 */
export function useCost(): Plugin<OperationContext> {
  const findExcess = ({ operation, params }: OperationContext): OperationTooComplexError | null => {
    const cost = operation?.measureCost(params.variables ?? {}) ?? 0;
    return cost > maxCost ? new OperationTooComplexError('cost', cost, maxCost) : null;
  };
  return {
    onExecute({ context, setResultAndStopExecution }) {
      const excess = findExcess(context);
      if (excess) setResultAndStopExecution({ errors: [excess] });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const excess = findExcess(args.contextValue);
      if (excess) setResultAndStopExecution({ errors: [excess] });
    },
  };
}
