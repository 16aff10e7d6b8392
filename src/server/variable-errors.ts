import type { Variables } from './operation-cost.ts';

const maxErrors = 10;
/** Only one error is reported for variables with more characters than this. */
const smallLength = 65_536;

/**
 * The largest number of variable errors to report: 10, or 1 for large variables. Each error repeats the value that it
 * is about, which can be all of the variables.
 */
export function limitVariableErrors(variables: Variables): number {
  let length = 0;
  const pending: unknown[] = [variables];
  while (pending.length > 0 && length <= smallLength) {
    const value = pending.pop();
    length += 1;
    if (typeof value === 'string') length += value.length;
    if (typeof value !== 'object' || value === null) continue;
    for (const name in value) {
      length += name.length;
      if (length > smallLength) break;
      pending.push((value as Variables)[name]);
    }
  }
  return length > smallLength ? 1 : maxErrors;
}
