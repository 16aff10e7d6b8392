import { createHash } from 'node:crypto';
import { type DocumentNode, Kind, visit } from 'graphql';
import { type Actor, isRoot } from '../domain/context.ts';
import type { PreparedOperation } from './prepared-documents.ts';

/** A subscription as a client requested it. */
export interface RequestedOperation {
  readonly document: DocumentNode;
  readonly prepared: PreparedOperation;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Shape {
  readonly number: number;
  /** The key of the update in the result's `data`: the alias of the root field, or its name. */
  readonly responseKey: string;
  /** The variable that is only used as the cursor. It determines where the subscription starts, but not its updates. */
  readonly cursorVariable: string | null;
}

const shapes = new WeakMap<PreparedOperation, Shape>();
let shapeCount = 0;

/**
 * Names the subscribers that receive the same updates: with the same document, operation, variables except the cursor,
 * and rights. Operations are compared by identity, because equal texts are prepared once.
 */
export function nameSharedOperation(actor: Actor, operation: RequestedOperation): string {
  const { number, cursorVariable } = describeOperation(operation);
  const variables = Object.entries(operation.variables).filter(([name]) => name !== cursorVariable);
  const rights = [actor.tenantId, isRoot(actor), [...actor.permissions].sort(), actor.endpointIds?.values().toArray()];
  return createHash('sha256')
    .update(JSON.stringify([number, rights, variables]))
    .digest('base64');
}

/** Returns the key of the update in the result's `data`: the alias of the root field, or its name. */
export function responseKeyOf(operation: RequestedOperation): string {
  return describeOperation(operation).responseKey;
}

function describeOperation(operation: RequestedOperation): Shape {
  const shape = shapes.get(operation.prepared) ?? readShape(operation);
  shapes.set(operation.prepared, shape);
  return shape;
}

function readShape({ document, prepared }: RequestedOperation): Shape {
  shapeCount += 1;
  const [field] = prepared.definition.selectionSet.selections;
  // A fragment around the root field is rare. Subscribers with such a document share updates only if their cursors are
  // equal.
  if (field?.kind !== Kind.FIELD) return { number: shapeCount, responseKey: 'deliveryUpdated', cursorVariable: null };
  const value = field.arguments?.find(argument => argument.name.value === 'after')?.value;
  const cursorVariable = value?.kind === Kind.VARIABLE ? value.name.value : null;
  let uses = 0;
  visit(document, {
    Variable({ name }) {
      if (name.value === cursorVariable) uses += 1;
    },
  });
  return {
    number: shapeCount,
    responseKey: field.alias?.value ?? field.name.value,
    // Exactly two occurrences: the definition of the variable, and its use as the argument `after`.
    cursorVariable: uses === 2 ? cursorVariable : null,
  };
}
