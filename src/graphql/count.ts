import type { Count } from '../domain/deliveries/count-deliveries.ts';
import { builder } from './builder.ts';

export const CountType = builder.objectRef<Count>('Count').implement({
  description: 'A number of objects, counted up to a bound.',
  fields: t => ({
    value: t.exposeInt('value', { description: 'The number of objects. A lower bound if `exact` is false.' }),
    exact: t.exposeBoolean('exact', { description: 'Whether `value` is exact. If false, there may be more.' }),
  }),
});
