import { builder } from './builder.ts';
import './scalars.ts';
import './error-types.ts';
import './viewer.ts';
import './deliveries.ts';
import './delivery-stats.ts';
import './delivery-updated.ts';
import './bulk-operation-updated.ts';
import './bulk-operations.ts';
import './endpoint-mutations.ts';
import './portal-token.ts';
import './audit-log.ts';

builder.queryType({ description: 'What can be read.' });
builder.mutationType({
  description: 'What can be changed. Every result is a union of the success and the errors to expect.',
});
builder.subscriptionType({ description: 'What can be watched, over a websocket or as server-sent events.' });

/** The executable schema. Its text is schema.graphql, printed by print-schema.ts. */
export const schema = builder.toSchema();
