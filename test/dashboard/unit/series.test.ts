import { expect, it } from 'vitest';
import { makeBarOptions } from '../../../src/dashboard/features/series/series-options.ts';

it('the bars of the chart of deliveries have a color for each status, and retrying is not drawn as failed', () => {
  const names = ['text-muted', 'line', 'line-strong', 'accent', 'success', 'danger', 'warning', 'info', 'surface'];
  const colors = Object.fromEntries(names.map(name => [name, name])) as Parameters<typeof makeBarOptions>[0];
  // The sum of all statuses is drawn first: pending is at the top, and retrying, failed and succeeded are below it.
  expect(makeBarOptions(colors).series.map(({ fill }) => fill)).toEqual([
    undefined,
    'line-strong',
    'warning',
    'danger',
    'accent',
  ]);
});
