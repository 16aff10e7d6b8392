import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
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
} from 'graphql';

/** What an operation may cost. A page of 100 deliveries with all their attempts costs about 30,000. */
export const maxCost = 80_000;

/** Entries of a page whose size is not given, and of a list that has no pages, such as the attempts of a delivery. */
const defaultPageSize = 20;
const maxPageSize = 100;
const maxInputs = 1000;
const assumedListSize = 10;
/** A page is a statement of its own, however many of them are asked for. */
const pageCost = 50;
/** Introspection reads memory alone, and its lists are long: its fields cost a fifth: 17,000 for GraphiQL's. */
const introspectionFieldCost = 0.2;
const introspectionListSizes: Readonly<Record<string, number>> = { types: 80, fields: 8, args: 3 };

export type Variables = Readonly<Record<string, unknown>>;
/** The cost of an operation with these variables: a whole number. */
export type MeasureCost = (variables: Variables) => number;

/** A number that the variables may decide. */
type Quantity = number | ((variables: Variables) => number);

/** `once` for each object, and `each` for every entry of the lists right below it. */
interface SetCost {
  readonly once: Quantity;
  readonly each: Quantity;
}

/**
 * What an operation costs before it is executed: every field costs 1, or what its `extensions.cost` says, and a list
 * multiplies what is asked of its entries: by `first` or `last` (20 where neither is given), by the number of `inputs`
 * of the mutation above it, else by 10. A page costs 50 on top. Where a field stands in several places, or is left out by
 * `@skip`, it counts each time.
 *
 * The document must be valid and within `documentLimits`. What does not depend on variables is reckoned here, once.
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
    const isIntrospection = parent?.name.startsWith('__') ?? false;
    const own = ownCost(field.extensions?.cost, isIntrospection);
    if (!node.selectionSet || !isCompositeType(type)) return { once: own, each: 0 };
    const set = ofSet(node.selectionSet, type);
    const takes = (argument: string) => field.args.some(known => known.name === argument);
    const isPage = takes('first');
    if (isList(field.type)) {
      const entry = add(set.once, multiply(set.each, assumedListSize));
      if (isPage) return { once: add(own + pageCost, multiply(entry, pageSize(operation, node))), each: 0 };
      if (!isIntrospection) return { once: 0, each: add(own, entry) };
      return { once: multiply(add(own, entry), introspectionListSizes[name] ?? 5), each: 0 };
    }
    const size = isPage
      ? pageSize(operation, node)
      : takes('inputs')
        ? listLength(operation, node, 'inputs')
        : assumedListSize;
    return { once: add(own + (isPage ? pageCost : 0), add(set.once, multiply(set.each, size))), each: 0 };
  };

  const findField = (name: string, parent: GraphQLNamedType | undefined) => {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  };

  const { once, each } = ofSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
  const total = add(once, multiply(each, assumedListSize));
  if (typeof total === 'function') return variables => Math.ceil(total(variables));
  const fixed = Math.ceil(total);
  return () => fixed;
}

function ownCost(declared: unknown, isIntrospection: boolean): number {
  if (isIntrospection) return introspectionFieldCost;
  return typeof declared === 'number' ? declared : 1;
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}

/** The size of a page: the larger of what `first` and `last` ask for. What no page can have is refused by the verb. */
function pageSize(operation: OperationDefinitionNode, node: FieldNode): Quantity {
  const asked = ['first', 'last'].map(name => readArgument(operation, node, name));
  return combine(asked, values => {
    const sizes = values.filter(value => typeof value === 'number' && value >= 0) as number[];
    return sizes.length === 0 ? defaultPageSize : Math.min(maxPageSize, Math.max(...sizes));
  });
}

function listLength(operation: OperationDefinitionNode, node: FieldNode, name: string): Quantity {
  return combine([readArgument(operation, node, name)], ([value]) =>
    Array.isArray(value) ? Math.min(maxInputs, value.length) : 1,
  );
}

type Argument =
  | { readonly kind: 'fixed'; readonly value: unknown }
  | { readonly kind: 'variable'; readonly read: (variables: Variables) => unknown };

function readArgument(operation: OperationDefinitionNode, node: FieldNode, name: string): Argument {
  const value = node.arguments?.find(argument => argument.name.value === name)?.value;
  if (value?.kind !== Kind.VARIABLE) return { kind: 'fixed', value: value && toNumberOrList(value) };
  const variable = value.name.value;
  const definition = operation.variableDefinitions?.find(known => known.variable.name.value === variable);
  const byDefault = definition?.defaultValue && toNumberOrList(definition.defaultValue);
  const read = (variables: Variables) => {
    const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
    return value === undefined ? byDefault : value;
  };
  return { kind: 'variable', read };
}

function toNumberOrList(value: ValueNode): unknown {
  if (value.kind === Kind.LIST) return value.values;
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
