import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/**
 * Whether the operation asks for this field right below the one that is resolved, through fragments too. `@skip` and
 * `@include` are not looked at: a field that is left out may count as asked for.
 */
export function isSelected({ fieldNodes, fragments }: GraphQLResolveInfo, field: string): boolean {
  const holds = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some(selection => {
      if (selection.kind === Kind.FIELD) return selection.name.value === field;
      if (selection.kind === Kind.INLINE_FRAGMENT) return holds(selection.selectionSet);
      return holds(fragments[selection.name.value]?.selectionSet);
    }) ?? false;
  return fieldNodes.some(node => holds(node.selectionSet));
}
