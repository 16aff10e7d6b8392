import {
  type ASTVisitor,
  type DirectiveNode,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

const conditions = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);

/**
 * A subscription has exactly one root field, so that neither it nor a fragment around it may have `@skip` or `@include`.
 * graphql-js would fail on a subscription without any field.
 *
 * @see https://spec.graphql.org/September2025/#sec-Single-Root-Field
 */
export function SubscriptionRootRule(context: ValidationContext): ASTVisitor {
  const check = (selectionSet: SelectionSetNode, visited: Set<string>) => {
    for (const selection of selectionSet.selections) {
      for (const directive of selection.directives ?? []) reportCondition(context, directive);
      if (selection.kind === Kind.INLINE_FRAGMENT) check(selection.selectionSet, visited);
      if (selection.kind !== Kind.FRAGMENT_SPREAD || visited.has(selection.name.value)) continue;
      visited.add(selection.name.value);
      const fragment = context.getFragment(selection.name.value);
      if (fragment) check(fragment.selectionSet, visited);
    }
  };
  return {
    OperationDefinition({ operation, selectionSet }) {
      if (operation === OperationTypeNode.SUBSCRIPTION) check(selectionSet, new Set());
      return false;
    },
  };
}

function reportCondition(context: ValidationContext, directive: DirectiveNode): void {
  const name = directive.name.value;
  if (!conditions.has(name)) return;
  const message = `The root field of a subscription must not have the directive "@${name}".`;
  context.reportError(new GraphQLError(message, { nodes: directive }));
}
