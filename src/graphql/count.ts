import type { Count } from '../domain/deliveries/count-deliveries.ts';
import { builder } from './builder.ts';

export const CountType = builder.objectRef<Count>('Count').implement({
  description: 'How many there are.',
  fields: t => ({
    value: t.exposeInt('value', { description: 'The number.' }),
    exact: t.exposeBoolean('exact', { description: 'false: counting stopped here; there are more.' }),
  }),
});
