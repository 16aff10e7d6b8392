import { builder } from './builder.ts';
import './scalars.ts';
import './error-types.ts';
import './viewer.ts';
import './deliveries.ts';
import './delivery-updated.ts';
import './endpoint-mutations.ts';

builder.queryType({ description: 'What can be read.' });
builder.mutationType({
  description: 'What can be changed. Every result is a union of the success and the errors to expect.',
});
builder.subscriptionType({ description: 'What can be watched, over a websocket or as server-sent events.' });

/** The executable schema. Its text is schema.graphql, printed by print-schema.ts. */
export const schema = builder.toSchema();
