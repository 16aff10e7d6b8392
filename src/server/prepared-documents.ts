import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  TypeInfo,
  type ValidationRule,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Actor } from '../domain/context.ts';
import type { FieldPrice } from '../graphql/costs.ts';
import { compileOperation, type ExecuteOperation } from './compile-operation.ts';
import type { DocumentBudget } from './document-budget.ts';
import { checkDocumentLimits } from './document-limits.ts';
import { type MeasureCost, planCost, type Variables } from './operation-cost.ts';

/** A document that was parsed and validated, with what has been found out about its operations since. */
export interface PreparedDocument {
  readonly document: DocumentNode;
  /** Why it is not valid; empty where it is. */
  readonly errors: readonly GraphQLError[];
  /** The operation of this name, or the only one. A `GraphQLError` where there is none, or the choice is not clear. */
  findOperation(name: string | null | undefined): PreparedOperation | GraphQLError;
}

export interface PreparedOperation {
  readonly definition: OperationDefinitionNode;
  readonly measureCost: MeasureCost;
  /** Only the variables that the operation declares: a client may send any number of others, of any size. */
  pickVariables(variables: Variables): Variables;
  /** Whether it reads more than plain rows: texts, lists or statistics, which may be large. */
  readonly isHeavy: boolean;
  /** Whether it asks for `feedCursor` of the query, which has to be taken before any row is read. */
  readonly takesFeedCursor: boolean;
  readonly execute: ExecuteOperation;
}

/** @throws GraphQLError if the text is no document, is beyond the limits, or is new and `actor` has no budget left. */
export type PrepareDocument = (text: string, actor: Actor) => PreparedDocument;

/** Tokens of one document. A thousand events belong into variables. */
const maxTokens = 20_000;
/** Text of the documents that are kept. A syntax tree takes about 100 bytes for each character. */
const cachedCharacters = 1_000_000;
/** Compiled, a document takes some 100 kB. */
const cachedDocuments = 1000;

export interface PrepareOptions {
  readonly rules: readonly ValidationRule[];
  /** Whether errors leave out the names that the schema has: "Did you mean ...?". */
  readonly hideSuggestions: boolean;
  readonly budget: DocumentBudget;
  /** An error of a document as clients are told. */
  readonly maskError: (error: unknown) => GraphQLError;
}

/** Parses, limits and validates each text once, as long as it is remembered. */
export function createPrepareDocument(schema: GraphQLSchema, options: PrepareOptions): PrepareDocument {
  const known = new LRUCache<string, PreparedDocument | GraphQLError>({
    max: cachedDocuments,
    maxSize: cachedCharacters,
    sizeCalculation: (_value, text) => Math.max(1, text.length),
  });
  return (text, actor) => {
    let prepared = known.get(text);
    if (!prepared) {
      prepared = options.budget.spend(actor, () => prepare(schema, text, options));
      known.set(text, prepared);
    }
    if (prepared instanceof GraphQLError) throw prepared;
    return prepared;
  };
}

function prepare(
  schema: GraphQLSchema,
  text: string,
  { rules, hideSuggestions, maskError }: PrepareOptions,
): PreparedDocument | GraphQLError {
  try {
    const document = parse(text, { maxTokens });
    checkDocumentLimits(document);
    const errors = validate(schema, document, rules, { hideSuggestions }).map(maskError);
    return { document, errors, findOperation: createFindOperation(schema, document, hideSuggestions) };
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function createFindOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  hideSuggestions: boolean,
): PreparedDocument['findOperation'] {
  const definitions = document.definitions.filter(definition => definition.kind === Kind.OPERATION_DEFINITION);
  const operations = new Map<OperationDefinitionNode, PreparedOperation>();
  return name => {
    const definition = name ? definitions.find(known => known.name?.value === name) : definitions[0];
    if (!definition) {
      return new GraphQLError(name ? `Unknown operation named "${name}".` : 'Must provide an operation.');
    }
    if (!name && definitions.length > 1) {
      return new GraphQLError('Must provide operation name if query contains multiple operations.');
    }
    let operation = operations.get(definition);
    if (!operation) {
      const measureCost = planCost(schema, document, definition);
      const isHeavy = readsMoreThanRows(schema, document);
      const execute = compileOperation(schema, document, definition, hideSuggestions);
      const takesFeedCursor = selectsField(document, definition.selectionSet, 'feedCursor');
      const pickVariables = createPickVariables(definition);
      operation = { definition, measureCost, isHeavy, takesFeedCursor, execute, pickVariables };
      operations.set(definition, operation);
    }
    return operation;
  };
}

/** Whether the set itself has this field, fragments included. The document must be valid: fragments in circles never end. */
function selectsField(document: DocumentNode, { selections }: SelectionSetNode, name: string): boolean {
  return selections.some(selection => {
    if (selection.kind === Kind.FIELD) return selection.name.value === name;
    if (selection.kind === Kind.INLINE_FRAGMENT) return selectsField(document, selection.selectionSet, name);
    return document.definitions.some(
      definition =>
        definition.kind === Kind.FRAGMENT_DEFINITION &&
        definition.name.value === selection.name.value &&
        selectsField(document, definition.selectionSet, name),
    );
  });
}

function createPickVariables({
  variableDefinitions = [],
}: OperationDefinitionNode): PreparedOperation['pickVariables'] {
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  return variables =>
    Object.fromEntries(names.filter(name => Object.hasOwn(variables, name)).map(name => [name, variables[name]]));
}

/** Of any operation of the document: those that have several are rare. */
function readsMoreThanRows(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let found = false;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field() {
        found ||= (types.getFieldDef()?.extensions as FieldPrice | undefined)?.cost !== undefined;
      },
    }),
  );
  return found;
}
