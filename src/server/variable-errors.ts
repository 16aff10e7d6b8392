import type { Variables } from './operation-cost.ts';

const maxErrors = 10;
/** Variables with more characters than this get one error only. */
const smallLength = 65_536;

/**
 * How many errors of variables are reported: 10, and 1 of large variables. Each error repeats the value that it is about,
 * which may be the whole of the variables.
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
