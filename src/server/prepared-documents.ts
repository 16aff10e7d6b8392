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

/** A document that was parsed and validated, with cached facts about its operations. */
export interface PreparedDocument {
  readonly document: DocumentNode;
  /** The validation errors. Empty if the document is valid. */
  readonly errors: readonly GraphQLError[];
  /**
   * The operation with this name, or the only one. A `GraphQLError` if there is none, or if the choice is ambiguous.
   */
  findOperation(name: string | null | undefined): PreparedOperation | GraphQLError;
}

export interface PreparedOperation {
  readonly definition: OperationDefinitionNode;
  readonly measureCost: MeasureCost;
  /** Picks the variables that the operation declares. A client may send any number of others, of any size. */
  pickVariables(variables: Variables): Variables;
  /** Whether the operation reads more than plain rows: texts, lists or statistics, which may be large. */
  readonly isHeavy: boolean;
  /** Whether the operation selects `feedCursor` of the query, which must be read before any row. */
  readonly takesFeedCursor: boolean;
  readonly execute: ExecuteOperation;
}

/** Parses a document. @throws GraphQLError if it is invalid or too large, or if it is new and the budget is used up. */
export type PrepareDocument = (text: string, actor: Actor) => PreparedDocument;

/** The largest number of tokens of one document. A client that publishes many events must pass them as variables. */
const maxTokens = 20_000;
/**
 * The largest total length of cached documents, in characters. A syntax tree takes about 100 bytes for each character.
 */
const cachedCharacters = 1_000_000;
/** The largest number of cached documents. A compiled document takes about 100 kB. */
const cachedDocuments = 1000;

export interface PrepareOptions {
  readonly rules: readonly ValidationRule[];
  /** Whether errors omit names of the schema ("Did you mean ...?"). */
  readonly hideSuggestions: boolean;
  readonly budget: DocumentBudget;
  /** Converts an error of a document into the one that clients receive. */
  readonly maskError: (error: unknown) => GraphQLError;
}

/** Returns a function that parses and validates a document and checks its limits, with a cache. */
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

/**
 * Whether the selection set has this field, also through fragments. The document must be valid, because fragment cycles
 * never end.
 */
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

/** Whether any operation of the document reads more than plain rows. Few documents have several operations. */
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
