import type { GraphQLObjectType } from 'graphql';
import { formatId } from '../ids.ts';
import { builder, nodeTypes } from './builder.ts';
import './scalars.ts';
import './error-types.ts';
import './settings.ts';
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

// Pothos resolves every id by an async function: a page of 50 then waits for 50 promises, 4 % of its time.
for (const [name, { prefix }] of nodeTypes) {
  const { id } = (schema.getType(name) as GraphQLObjectType<{ readonly id: string }>).getFields();
  if (id) id.resolve = row => formatId(prefix, row.id);
}
