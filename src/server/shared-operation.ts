import { createHash } from 'node:crypto';
import { type DocumentNode, Kind, visit } from 'graphql';
import { type Actor, isRoot } from '../domain/context.ts';
import type { PreparedOperation } from './prepared-documents.ts';

/** A subscription as a client asked for it. */
export interface RequestedOperation {
  readonly document: DocumentNode;
  readonly prepared: PreparedOperation;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Shape {
  readonly number: number;
  /** Under which the update stands in the result. */
  readonly responseKey: string;
  /** The variable that is the cursor and nothing else: it says where to begin, not what is told. */
  readonly cursorVariable: string | null;
}

const shapes = new WeakMap<PreparedOperation, Shape>();
let shapeCount = 0;

/**
 * The same for subscribers who are told the same: one document, one operation of it, the same variables but for the
 * cursor, and the same rights. Operations are compared by identity: equal texts are prepared once.
 */
export function nameSharedOperation(actor: Actor, operation: RequestedOperation): string {
  const { number, cursorVariable } = describeOperation(operation);
  const variables = Object.entries(operation.variables).filter(([name]) => name !== cursorVariable);
  const rights = [actor.tenantId, isRoot(actor), [...actor.permissions].sort(), actor.endpointIds?.values().toArray()];
  return createHash('sha256')
    .update(JSON.stringify([number, rights, variables]))
    .digest('base64');
}

/** Under which name the update stands in the result. */
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
  // A fragment around the one field is rare: such subscribers share with those alone who have the same cursor.
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
    // Its definition, and its one use.
    cursorVariable: uses === 2 ? cursorVariable : null,
  };
}
