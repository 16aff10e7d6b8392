import {
  type ASTVisitor,
  type DirectiveNode,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  SingleFieldSubscriptionsRule,
  type ValidationContext,
} from 'graphql';

const conditions = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);

/**
 * Requires exactly one root field in a subscription, without `@skip` or `@include` on it or a fragment around it. It is
 * used in place of `SingleFieldSubscriptionsRule` of graphql-js, which throws if such a condition is a variable, and
 * accepts a subscription without any field, whose execution then fails.
 *
 * @see https://spec.graphql.org/September2025/#sec-Single-Root-Field
 */
export function SubscriptionRootRule(context: ValidationContext): ASTVisitor {
  const singleField = SingleFieldSubscriptionsRule(context) as {
    OperationDefinition(node: OperationDefinitionNode): void;
  };
  return {
    OperationDefinition(node) {
      const found = node.operation === OperationTypeNode.SUBSCRIPTION ? findConditions(context, node.selectionSet) : [];
      for (const directive of found) {
        const message = `The root field of a subscription must not have the directive "@${directive.name.value}".`;
        context.reportError(new GraphQLError(message, { nodes: directive }));
      }
      if (found.length === 0) singleField.OperationDefinition(node);
      return false;
    },
  };
}

/** The conditions on the fields of this set and on the fragments around them. */
function findConditions(
  context: ValidationContext,
  { selections }: SelectionSetNode,
  visited = new Set<string>(),
): DirectiveNode[] {
  return selections.flatMap(selection => {
    const own = (selection.directives ?? []).filter(({ name }) => conditions.has(name.value));
    if (selection.kind === Kind.FIELD) return own;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return [...own, ...findConditions(context, selection.selectionSet, visited)];
    }
    if (visited.has(selection.name.value)) return own;
    visited.add(selection.name.value);
    const fragment = context.getFragment(selection.name.value);
    return fragment ? [...own, ...findConditions(context, fragment.selectionSet, visited)] : own;
  });
}
