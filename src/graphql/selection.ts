import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/**
 * Whether the operation selects this field directly below the current one, also through fragments. `@skip` and
 * `@include` are ignored, so a skipped field may count as selected.
 */
export function isSelected({ fieldNodes, fragments }: GraphQLResolveInfo, field: string): boolean {
  const contains = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some(selection => {
      if (selection.kind === Kind.FIELD) return selection.name.value === field;
      if (selection.kind === Kind.INLINE_FRAGMENT) return contains(selection.selectionSet);
      return contains(fragments[selection.name.value]?.selectionSet);
    }) ?? false;
  return fieldNodes.some(node => contains(node.selectionSet));
}
