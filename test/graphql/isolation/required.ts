import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
} from 'graphql';

/**
 * Lists everything that the isolation tests must cover, read from the schema: each field of the three root types, and
 * each argument or input field that accepts an id or a cursor, also in lists and nested inputs, such as
 * `Query.deliveries:filter.ids`.
 */
export function listRequired(schema: GraphQLSchema): Set<string> {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const required = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const paths = field.args.flatMap(argument => listPaths(argument));
      for (const path of paths) required.add(`${type.name}.${field.name}:${path}`);
      if (paths.length === 0 && roots.includes(type)) required.add(`${type.name}.${field.name}`);
    }
  }
  return required;
}

function listPaths({ name, type }: GraphQLArgument | GraphQLInputField): string[] {
  const named = getNamedType(type);
  if (isInputObjectType(named)) {
    return Object.values(named.getFields()).flatMap(field => listPaths(field).map(path => `${name}.${path}`));
  }
  // `search` is included, because it also finds objects by id.
  const takesId = named.name === 'ID' || ['after', 'before', 'search'].includes(name);
  return takesId ? [name] : [];
}
