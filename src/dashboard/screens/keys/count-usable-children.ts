import type { ListedKey } from './keys-documents.ts';

/** Counts the keys that a key has created, directly or through other keys, and that are not revoked. */
export function countUsableChildren(
  keys: readonly Pick<ListedKey, 'id' | 'parentId' | 'revokedAt'>[],
  id: string,
): number {
  const byParent = Map.groupBy(keys, key => key.parentId);
  const found = new Set<(typeof keys)[number]>();
  const collect = (parentId: string) => {
    for (const child of byParent.get(parentId) ?? []) {
      found.add(child);
      collect(child.id);
    }
  };
  collect(id);
  return [...found].filter(key => key.revokedAt === null).length;
}
