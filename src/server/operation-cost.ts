import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { inputLimits } from '../domain/input-limits.ts';
import { defaultPageSize, maxPageSize } from '../domain/pages.ts';
import type { FieldPrice } from '../graphql/costs.ts';

/** The highest cost of an operation. A page of 50 deliveries with 50 attempts of 20 fields each costs about 50,000. */
export const maxCost = 80_000;

/** The cost of a list entry without fields, such as an event type. */
const plainEntryCost = 0.1;
/** The arguments that filter the rows of a list, and therefore add to its cost. */
const selectiveArguments = new Set(['filter', 'search', 'types', 'statuses', 'actions']);
/** The cost of a filter entry, which is an exact value or a prefix such as `license.*`. */
const filterEntryCost = 1;
const prefixCost = 5;
/** The cost of `search`, which reads every endpoint and event type of the tenant. */
const searchCost = 100;
/** The base cost of a page, because each page is a statement. */
const pageCost = 50;
/**
 * The cost of an introspection field. Introspection only reads memory, and its lists are long. The introspection query
 * of GraphiQL costs 17,000.
 */
const introspectionFieldCost = 0.2;
const introspectionListSizes: Readonly<Record<string, number>> = { types: 80, fields: 8, args: 3 };

export type Variables = Readonly<Record<string, unknown>>;
/** Computes the cost of an operation with these variables: a whole number. */
export type MeasureCost = (variables: Variables) => number;

/** A cost or a number of entries: fixed, or computed from the variables of the request. */
type Quantity = number | ((variables: Variables) => number);

/**
 * The cost of a selection set: `once` for its object, and `each` for every entry of those lists in it whose length the
 * arguments of the parent field determine, such as `nodes` of a connection.
 */
interface SetCost {
  readonly once: Quantity;
  readonly each: Quantity;
}

/**
 * Plans the cost of an operation before it is executed. Every field costs 1, or what its extensions say (`FieldPrice`).
 * A list multiplies the cost of an entry by its largest number of entries: `first` or `last` or their default, the page
 * of its connection, the number of `inputs`, or `listSize`. A page costs 50 more, and each entry of a filter adds to
 * the cost. A field counts at each place where it appears, also with `@skip`.
 *
 * The document must be valid and within `documentLimits`. Everything that does not depend on variables is computed
 * here, once.
 */
export function planCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): MeasureCost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const fragmentCosts = new Map<string, SetCost>();

  const ofSet = (set: SelectionSetNode, parent: GraphQLNamedType | undefined): SetCost => {
    let once: Quantity = 0;
    let each: Quantity = 0;
    for (const selection of set.selections) {
      let cost: SetCost;
      if (selection.kind === Kind.FIELD) {
        cost = ofField(selection, parent);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        cost = ofFragment(selection.name.value);
      } else {
        const condition = selection.typeCondition;
        cost = ofSet(selection.selectionSet, condition ? schema.getType(condition.name.value) : parent);
      }
      once = add(once, cost.once);
      each = add(each, cost.each);
    }
    return { once, each };
  };

  const ofFragment = (name: string): SetCost => {
    let cost = fragmentCosts.get(name);
    if (!cost) {
      const fragment = fragments.get(name) as FragmentDefinitionNode;
      cost = ofSet(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value));
      fragmentCosts.set(name, cost);
    }
    return cost;
  };

  const ofField = (node: FieldNode, parent: GraphQLNamedType | undefined): SetCost => {
    const name = node.name.value;
    const field = findField(name, parent);
    if (!field) return { once: 1, each: 0 };
    const type = getNamedType(field.type);
    if (parent?.name.startsWith('__')) return ofIntrospection(node, field, type);
    const price = field.extensions as FieldPrice;
    const own = add(ownCost(operation, node, price), argumentsCost(operation, node));
    const set = node.selectionSet && isCompositeType(type) ? ofSet(node.selectionSet, type) : null;
    const size = argumentSize(operation, node, field);
    if (!isList(field.type)) {
      if (!set) return { once: own, each: 0 };
      return {
        once: add(add(own, takesPage(field) ? pageCost : 0), add(set.once, multiply(set.each, size ?? 0))),
        each: 0,
      };
    }
    const entry = multiply(set ? add(1, set.once) : plainEntryCost, price.entryWeight ?? 1);
    const ownSize = price.listSize ?? (takesPage(field) ? size : null);
    return ownSize === null ? { once: 0, each: entry } : { once: add(own, multiply(entry, ownSize)), each: 0 };
  };

  const ofIntrospection = (node: FieldNode, field: GraphQLField<unknown, unknown>, type: GraphQLNamedType): SetCost => {
    const set = node.selectionSet && isCompositeType(type) ? ofSet(node.selectionSet, type).once : 0;
    const size = isList(field.type) ? (introspectionListSizes[field.name] ?? 5) : 1;
    return { once: multiply(add(introspectionFieldCost, set), size), each: 0 };
  };

  const findField = (name: string, parent: GraphQLNamedType | undefined) => {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  };

  const { once, each } = ofSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
  const total = add(once, each);
  if (typeof total === 'function') return variables => Math.ceil(total(variables));
  const fixed = Math.ceil(total);
  return () => fixed;
}

function ownCost(operation: OperationDefinitionNode, node: FieldNode, price: FieldPrice): Quantity {
  const { cost = 1, costPer, costWith } = price;
  if (costWith) {
    return combine([readArgument(operation, node, costWith.argument)], ([value]) =>
      value == null ? cost : cost + costWith.cost,
    );
  }
  if (!costPer) return cost;
  return combine([readArgument(operation, node, costPer.argument)], ([value]) =>
    typeof value === 'number' ? cost * Math.max(1, value / costPer.amount) : cost,
  );
}

/** The cost that the filters of a field add to its statement. */
function argumentsCost(operation: OperationDefinitionNode, node: FieldNode): Quantity {
  let total: Quantity = 0;
  for (const { name, value } of node.arguments ?? []) {
    if (!selectiveArguments.has(name.value)) continue;
    const names = new Set<string>();
    visit(value, { Variable: variable => void names.add(variable.name.value) });
    const definitions = (operation.variableDefinitions ?? []).filter(known => names.has(known.variable.name.value));
    const defaults = Object.fromEntries(
      definitions.map(known => [
        known.variable.name.value,
        known.defaultValue && valueFromASTUntyped(known.defaultValue),
      ]),
    );
    const at = (variables: Variables) =>
      filterCost(valueFromASTUntyped(value, { ...defaults, ...variables }), name.value);
    total = add(total, names.size === 0 ? at({}) : at);
  }
  return total;
}

function filterCost(value: unknown, name: string): number {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return entriesCost(value, name);
  return Object.entries(value).reduce((sum, [field, each]) => sum + entriesCost(each, field), 0);
}

/**
 * The cost of `search`, or of the entries of a filter list. Variables are not validated yet, so any other value costs
 * nothing here and is rejected later.
 */
function entriesCost(value: unknown, name: string): number {
  if (name === 'search') return value == null ? 0 : searchCost;
  if (!Array.isArray(value)) return 0;
  const isPrefix = (entry: unknown) => typeof entry === 'string' && entry.endsWith('.*');
  return value.reduce<number>((sum, entry) => sum + (isPrefix(entry) ? prefixCost : filterEntryCost), 0);
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}

function takesPage({ args }: GraphQLField<unknown, unknown>): boolean {
  return args.some(({ name }) => name === 'first' || name === 'last');
}

/**
 * The number of entries that the arguments of a field allow: the larger of `first` and `last`, or the number of
 * `inputs`. Null if it has neither. The resolver rejects invalid page sizes.
 */
function argumentSize(
  operation: OperationDefinitionNode,
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
): Quantity | null {
  if (field.args.some(({ name }) => name === 'inputs')) {
    return combine([readArgument(operation, node, 'inputs')], ([value]) =>
      Array.isArray(value) ? Math.min(inputLimits.maxEventsPerRequest, value.length) : 1,
    );
  }
  if (!takesPage(field)) return null;
  const defaults = field.args.filter(({ name }) => name === 'first' || name === 'last').map(arg => arg.defaultValue);
  const defaultSize = defaults.find(value => typeof value === 'number') ?? defaultPageSize;
  const requestedSizes = ['first', 'last'].map(name => readArgument(operation, node, name));
  return combine(requestedSizes, values => {
    const sizes = values.filter(value => typeof value === 'number' && value >= 0) as number[];
    return sizes.length === 0 ? (defaultSize as number) : Math.min(maxPageSize, Math.max(...sizes));
  });
}

type Argument =
  | { readonly kind: 'fixed'; readonly value: unknown }
  | { readonly kind: 'variable'; readonly read: (variables: Variables) => unknown };

function readArgument(operation: OperationDefinitionNode, node: FieldNode, name: string): Argument {
  const value = node.arguments?.find(argument => argument.name.value === name)?.value;
  if (value?.kind !== Kind.VARIABLE) return { kind: 'fixed', value: value && toSimpleValue(value) };
  const variable = value.name.value;
  const definition = operation.variableDefinitions?.find(known => known.variable.name.value === variable);
  const byDefault = definition?.defaultValue && toSimpleValue(definition.defaultValue);
  const read = (variables: Variables) => {
    const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
    return value === undefined ? byDefault : value;
  };
  return { kind: 'variable', read };
}

function toSimpleValue(value: ValueNode): unknown {
  if (value.kind === Kind.LIST) return value.values;
  if (value.kind === Kind.OBJECT) return {};
  return value.kind === Kind.INT ? Number(value.value) : null;
}

function combine(from: readonly Argument[], reckon: (values: readonly unknown[]) => number): Quantity {
  const at = (variables: Variables) =>
    reckon(from.map(argument => (argument.kind === 'fixed' ? argument.value : argument.read(variables))));
  return from.every(argument => argument.kind === 'fixed') ? at({}) : at;
}

function add(one: Quantity, other: Quantity): Quantity {
  if (typeof one === 'number' && typeof other === 'number') return one + other;
  if (one === 0) return other;
  if (other === 0) return one;
  return variables => evaluate(one, variables) + evaluate(other, variables);
}

function multiply(one: Quantity, other: Quantity): Quantity {
  if (typeof one === 'number' && typeof other === 'number') return one * other;
  if (one === 0 || other === 0) return 0;
  return variables => evaluate(one, variables) * evaluate(other, variables);
}

function evaluate(quantity: Quantity, variables: Variables): number {
  return typeof quantity === 'number' ? quantity : quantity(variables);
}
